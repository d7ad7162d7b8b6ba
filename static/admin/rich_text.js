// Draftail: tables, and pasting from Word.
(() => {
  const { React } = window;
  const { AtomicBlockUtils, EditorState, Modifier, convertFromRaw } = window.DraftJS;

  // A dialog with the table in it; calls back with the new rows, or with nothing when it is given up.
  function editTable(data, done) {
    const dialog = document.createElement("dialog");
    dialog.className = "table-dialog";
    dialog.setAttribute("aria-label", "Table");
    const table = document.createElement("table");
    const width = () => (table.rows[0] ? table.rows[0].cells.length : 0);
    const addCell = (row, html) => {
      const cell = row.insertCell();
      cell.contentEditable = "true";
      cell.setAttribute("role", "textbox");
      cell.innerHTML = window.wordPaste.cellHtml(new DOMParser().parseFromString(html, "text/html").body);
    };
    const addRow = (cells) => {
      const row = table.insertRow();
      cells.forEach((html) => addCell(row, html));
    };
    data.rows.forEach(addRow);
    const current = () => (table.contains(document.activeElement) && document.activeElement.closest("td")) || last;
    let last = null;
    table.addEventListener("focusin", (event) => { last = event.target.closest("td"); });

    const heading = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = Boolean(data.heading);
    heading.append(box, " The first row holds headings");

    const buttons = document.createElement("div");
    buttons.className = "table-dialog__buttons";
    const button = (label, act, secondary = true) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = label;
      made.className = secondary ? "button button-small button-secondary" : "button button-small";
      made.addEventListener("click", act);
      buttons.append(made);
    };
    const finish = (result) => { dialog.close(); dialog.remove(); done(result); };
    button("Add row", () => addRow(Array(width()).fill("")));
    button("Add column", () => [...table.rows].forEach((row) => addCell(row, "")));
    button("Remove row", () => { const cell = current(); if (cell && table.rows.length > 1) cell.parentElement.remove(); });
    button("Remove column", () => {
      const cell = current();
      if (!cell || width() < 2) return;
      const at = cell.cellIndex;
      [...table.rows].forEach((row) => row.deleteCell(at));
    });
    button("Done", () => finish({ rows: [...table.rows].map((row) => [...row.cells].map((cell) => window.wordPaste.cellHtml(cell))), heading: box.checked }), false);
    button("Cancel", () => finish(null));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); });
    dialog.append(table, heading, buttons);
    document.body.append(dialog);
    dialog.showModal();
  }

  // Draftail draws this while a table is being added or edited.
  class TableSource extends React.Component {
    componentDidMount() {
      const { editorState, entityType, entity, entityKey, onComplete, onClose } = this.props;
      editTable(entity ? entity.getData() : { rows: [["", ""], ["", ""]], heading: true }, (data) => {
        if (!data) return onClose();
        const content = editorState.getCurrentContent();
        if (entity) {
          return onComplete(EditorState.push(editorState, content.replaceEntityData(entityKey, data), "apply-entity"));
        }
        const made = content.createEntity(entityType.type, "IMMUTABLE", data);
        return onComplete(AtomicBlockUtils.insertAtomicBlock(editorState, made.getLastCreatedEntityKey(), " "));
      });
    }

    render() {
      return null;
    }
  }

  const TableBlock = ({ blockProps }) => {
    const { entity, onEditEntity, onRemoveEntity } = blockProps;
    const { rows, heading } = entity.getData();
    const cell = (html, key, tag) => React.createElement(tag, { key, dangerouslySetInnerHTML: { __html: window.wordPaste.cellHtml(new DOMParser().parseFromString(html, "text/html").body) } });
    return React.createElement(
      "div",
      { className: "table-block" },
      React.createElement("table", null, React.createElement("tbody", null, rows.map((row, y) =>
        React.createElement("tr", { key: y }, row.map((html, x) => cell(html, x, heading && y === 0 ? "th" : "td")))))),
      React.createElement("button", { type: "button", className: "button button-small", onClick: onEditEntity }, "Edit table"),
      " ",
      React.createElement("button", { type: "button", className: "button button-small button-secondary", onClick: onRemoveEntity }, "Remove table"),
    );
  };

  window.draftail.registerPlugin({ type: "TABLE", source: TableSource, block: TableBlock }, "entityTypes");
  window.draftail.registerPlugin({
    type: "word-paste",
    handlePastedText(text, html, editorState, { setEditorState }) {
      if (!window.wordPaste.concerns(html)) return "not-handled";
      const raw = window.wordPaste.toRaw(html);
      if (!raw.blocks.length) return "not-handled";
      const pasted = convertFromRaw(raw).getBlockMap();
      const content = Modifier.replaceWithFragment(editorState.getCurrentContent(), editorState.getSelection(), pasted);
      setEditorState(EditorState.push(editorState, content, "insert-fragment"));
      return "handled";
    },
  }, "plugins");
})();
