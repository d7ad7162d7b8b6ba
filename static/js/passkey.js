// Forms that a passkey fills in: asks the browser for it, then sends the form. Says in words what went wrong.

const unhappy = {
    NotAllowedError: "The browser got no passkey. Press the button to try again, or use another way.",
    InvalidStateError: "This device has a passkey for your account already.",
};

async function options(form) {
    if (!form.dataset.optionsFrom) {
        return JSON.parse(form.dataset.options);
    }
    const response = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
    if (!response.ok) {
        throw new Error(String(response.status));
    }
    return (await response.json()).request_options;
}

function choose(wanted, alone) {
    const selection = wanted.publicKey.authenticatorSelection;
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    selection.userVerification = alone ? "required" : "preferred";
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[data-problem]");
    const say = (words) => {
        problem.querySelector("p").textContent = words;
        problem.hidden = !words;
    };
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        say("");
        if (!window.PublicKeyCredential) {
            say("This browser has no passkeys. Use another way.");
            return;
        }
        try {
            const wanted = await options(form);
            const ceremony = form.dataset.passkey;
            if (ceremony === "create") {
                choose(wanted, form.elements.passwordless.checked);
            }
            const credential = await window.webauthnJSON[ceremony](wanted);
            form.elements.credential.value = JSON.stringify(credential);
            form.submit();
        } catch (error) {
            say(unhappy[error.name] ?? "That did not work. Load this page again, then try once more.");
        }
    });
}
