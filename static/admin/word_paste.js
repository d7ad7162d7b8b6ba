// Turns HTML from the clipboard (Word, Excel, Google Docs, LibreOffice) into Draft.js raw content: headings, lists,
// bold, italic, links and tables stay; everything else of a word processor goes.
//
// Word writes a list as paragraphs with `mso-list:l0 level2` and a bullet in a span with `mso-list:Ignore`.
window.wordPaste = (() => {
  const LINK = /^(https?:|mailto:|tel:)/i;
  const NUMBERED = /^\s*(\d+|[a-z]{1,4})[.)]/i;
  const MOST_DEPTH = 4;

  const escapeHtml = (text) =>
    text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
  const style = (element) => element.getAttribute("style") || "";
  const isIgnored = (element) =>
    /mso-list:\s*ignore/i.test(style(element)) || /^(script|style|head|xml|o:p|meta|link|title|img|input|button)$/i.test(element.tagName);
  const isBold = (element) =>
    /^(b|strong)$/i.test(element.tagName) ? !/font-weight:\s*normal/i.test(style(element)) : /font-weight:\s*(bold|[6-9]00)/i.test(style(element));
  const isItalic = (element) => /^(i|em)$/i.test(element.tagName) || /font-style:\s*italic/i.test(style(element));
  const linkOf = (element) => {
    const address = element.tagName === "A" ? element.getAttribute("href") || "" : "";
    return LINK.test(address) ? address : "";
  };

  // A cell, as the little HTML that a table may hold.
  function cellHtml(node) {
    let html = "";
    node.childNodes.forEach((child) => {
      if (child.nodeType === Node.TEXT_NODE) html += escapeHtml(child.data.replace(/[\s\u00a0]+/g, " "));
      if (child.nodeType !== Node.ELEMENT_NODE || isIgnored(child)) return;
      if (child.tagName === "BR") {
        html += "<br>";
        return;
      }
      let inner = cellHtml(child);
      if (!inner.trim()) return;
      if (linkOf(child)) inner = `<a href="${escapeHtml(linkOf(child))}">${inner}</a>`;
      if (isItalic(child)) inner = `<em>${inner}</em>`;
      if (isBold(child)) inner = `<strong>${inner}</strong>`;
      if (/^(P|DIV|LI|H[1-6])$/.test(child.tagName) && html.trim()) html += "<br>";
      html += inner;
    });
    return html.trim();
  }

  // The rows of a table. Merged cells become one filled cell and empty ones.
  function tableRows(table) {
    const rows = [];
    [...table.rows].forEach((tr, y) => {
      rows[y] = rows[y] || [];
      let x = 0;
      [...tr.cells].forEach((cell) => {
        while (rows[y][x] !== undefined) x += 1;
        for (let down = 0; down < Math.min(cell.rowSpan || 1, table.rows.length - y); down += 1) {
          rows[y + down] = rows[y + down] || [];
          for (let right = 0; right < (cell.colSpan || 1); right += 1) {
            rows[y + down][x + right] = down || right ? "" : cellHtml(cell);
          }
        }
      });
    });
    const width = Math.max(0, ...rows.map((row) => row.length));
    return rows
      .map((row) => Array.from({ length: width }, (_, x) => row[x] || ""))
      .filter((row) => row.some((cell) => cell));
  }

  function toRaw(html) {
    const body = new DOMParser().parseFromString(html, "text/html").body;
    const raw = { blocks: [], entityMap: {} };
    let block = null;
    let entities = 0;

    const levels = [...body.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) => Number(heading.tagName[1]));
    const top = Math.min(...levels, 6);
    // The page's title is the first level, so the highest heading of the document becomes the second.
    const headingType = (level) => ["header-two", "header-three", "header-four"][Math.min(level - top, 2)];

    const open = (type, depth = 0) => {
      close();
      block = { type, depth: Math.min(depth, MOST_DEPTH), text: "", inlineStyleRanges: [], entityRanges: [] };
    };
    const close = () => {
      if (!block) return;
      const rest = block.text.replace(/[ \n]+$/, "");
      block.text = rest;
      const fits = (range) => ({ ...range, length: Math.min(range.length, rest.length - range.offset) });
      block.inlineStyleRanges = block.inlineStyleRanges.map(fits).filter((range) => range.length > 0);
      block.entityRanges = block.entityRanges.map(fits).filter((range) => range.length > 0);
      if (rest) raw.blocks.push(block);
      block = null;
    };
    const write = (text, marks) => {
      let words = text.replace(/[\s\u00a0]+/g, " ");
      if (!block && !words.trim()) return;
      if (!block) open("unstyled");
      if (!block.text || /[ \n]$/.test(block.text)) words = words.replace(/^ /, "");
      if (!words) return;
      const range = { offset: block.text.length, length: words.length };
      block.text += words;
      if (marks.bold && !block.type.startsWith("header")) block.inlineStyleRanges.push({ ...range, style: "BOLD" });
      if (marks.italic) block.inlineStyleRanges.push({ ...range, style: "ITALIC" });
      if (marks.link !== undefined) block.entityRanges.push({ ...range, key: marks.link });
    };
    const entity = (type, mutability, data) => {
      raw.entityMap[entities] = { type, mutability, data };
      entities += 1;
      return entities - 1;
    };
    const table = (element) => {
      const rows = tableRows(element);
      if (!rows.length) return;
      close();
      // An atomic block needs a paragraph on either side, or nobody can write there.
      if (!raw.blocks.length || raw.blocks.at(-1).type === "atomic") raw.blocks.push({ type: "unstyled", depth: 0, text: "", inlineStyleRanges: [], entityRanges: [] });
      const key = entity("TABLE", "IMMUTABLE", { rows, heading: rows.length > 1 });
      raw.blocks.push({ type: "atomic", depth: 0, text: " ", inlineStyleRanges: [], entityRanges: [{ offset: 0, length: 1, key }] });
    };
    const listItem = (element) => {
      const found = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style(element));
      if (!found) return null;
      const bullet = [...element.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(style(span)));
      const type = bullet && NUMBERED.test(bullet.textContent.replace(/\u00a0/g, " ")) ? "ordered-list-item" : "unordered-list-item";
      return { type, depth: Number(found[1]) - 1 };
    };

    function walk(node, marks, list) {
      node.childNodes.forEach((child) => {
        if (child.nodeType === Node.TEXT_NODE) write(child.data, marks);
        if (child.nodeType !== Node.ELEMENT_NODE || isIgnored(child)) return;
        const name = child.tagName;
        const inside = { ...marks, bold: marks.bold || isBold(child), italic: marks.italic || isItalic(child) };
        if (linkOf(child)) inside.link = entity("LINK", "MUTABLE", { url: linkOf(child) });
        if (name === "TABLE" && child.rows.length && (child.rows.length > 1 || child.rows[0].cells.length > 1)) {
          table(child);
        } else if (name === "BR") {
          if (block && block.text) block.text += "\n";
        } else if (name === "UL" || name === "OL") {
          walk(child, inside, { type: name === "UL" ? "unordered-list-item" : "ordered-list-item", depth: list ? list.depth + 1 : 0 });
          close();
        } else if (name === "LI") {
          open(list ? list.type : "unordered-list-item", list ? list.depth : 0);
          walk(child, inside, list);
          close();
        } else if (/^H[1-6]$/.test(name)) {
          open(headingType(Number(name[1])));
          walk(child, { ...inside, bold: false }, null);
          close();
        } else if (/^(P|DIV|BLOCKQUOTE|SECTION|ARTICLE|TD|TH|TR|TABLE|TBODY|PRE)$/.test(name)) {
          const item = listItem(child);
          if (item) open(item.type, item.depth);
          else if (!list) open("unstyled");
          walk(child, inside, list);
          if (!list || item) close();
        } else {
          walk(child, inside, list);
        }
      });
    }

    walk(body, {}, null);
    close();
    if (raw.blocks.length && raw.blocks.at(-1).type === "atomic") raw.blocks.push({ type: "unstyled", depth: 0, text: "", inlineStyleRanges: [], entityRanges: [] });
    return raw;
  }

  // Whether the clipboard holds what Draftail alone would flatten.
  const concerns = (html) => /class="?'?Mso|urn:schemas-microsoft-com|mso-|docs-internal-guid|<table[\s>]|<meta name="?generator"? content="?LibreOffice/i.test(html || "");

  return { toRaw, concerns, cellHtml };
})();
