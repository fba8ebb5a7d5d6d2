// Forms with data-passkey ask the browser for a passkey, put the answer into the form and send it.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list = []) => list.map((entry) => ({ ...entry, id: toBytes(entry.id) }));

function creation({ publicKey: key }) {
  return {
    publicKey: {
      ...key,
      challenge: toBytes(key.challenge),
      user: { ...key.user, id: toBytes(key.user.id) },
      excludeCredentials: withBytes(key.excludeCredentials),
    },
  };
}

function request({ publicKey: key }) {
  return {
    publicKey: { ...key, challenge: toBytes(key.challenge), allowCredentials: withBytes(key.allowCredentials) },
  };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (!form.dataset.fetch) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const found = await fetch(form.dataset.fetch, { headers: { Accept: "application/json" } });
  if (!found.ok) throw new Error(String(found.status));
  return (await found.json()).request_options;
}

const REASONS = {
  NotAllowedError: "没有完成：已取消、超时，或这台设备上没有可用的通行密钥。",
  InvalidStateError: "这把通行密钥已经登记过。",
  SecurityError: "这个地址不能使用通行密钥，请用域名（https）或 localhost 打开。",
};

async function ask(form) {
  const options = await optionsOf(form);
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create(creation(options))
      : await navigator.credentials.get(request(options));
  form.elements.credential.value = JSON.stringify(answer(made));
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const place = form.querySelector("[data-passkey-error]");
    place.hidden = true;
    if (!window.PublicKeyCredential) {
      place.textContent = "这个浏览器不支持通行密钥，请改用密码或换用新版浏览器。";
      place.hidden = false;
      return;
    }
    ask(form).catch((error) => {
      place.textContent = REASONS[error.name] ?? "没有成功，请刷新本页再试。";
      place.hidden = false;
    });
  });
}
