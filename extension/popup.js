// Hands this browser's Douyin login over to the livekeeper on this machine whose page shows the code. It runs while its
// window is open, reads cookies only when the button is pressed, and keeps nothing but the service's address.

const handover = "/api/v1/pairings/cookie";
const usualAddress = "127.0.0.1:7001";
/** As the manifest has them: no other host is ever asked. */
const hostsHere = ["127.0.0.1", "localhost"];

const text = (name, ...values) => chrome.i18n.getMessage(name, values);
const byId = (id) => document.getElementById(id);
const [form, code, address, said] = [document.querySelector("form"), byId("code"), byId("address"), byId("said")];

document.documentElement.lang = chrome.i18n.getUILanguage();
for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
address.value = localStorage.getItem("address") ?? usualAddress;
code.focus();

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const button = form.querySelector("button");
	button.disabled = true;
	said.textContent = text("handing");
	said.textContent = await handOver().catch((error) => error.message);
	button.disabled = false;
});

/** @returns the text to show; throws what went wrong, in words */
async function handOver() {
	const service = serviceAt(address.value.trim());
	// Digits as a Chinese keyboard may type them, too.
	const digits = code.value.normalize("NFKC").replaceAll(/\D/g, "");
	if (digits.length !== 6) throw new Error(text("codeShape"));
	const cookies = await chrome.cookies.getAll({ url: "https://live.douyin.com/" });
	if (cookies.length === 0) throw new Error(text("notLoggedIn"));
	const cookie = JSON.stringify(
		cookies.map(({ domain, name, value, expirationDate }) => ({ domain, name, value, expirationDate })),
	);
	const { logged_in: loggedIn, expires_at: endsAt } = await send(service, { code: digits, cookie });
	if (!loggedIn) throw new Error(text("notLoggedIn"));
	localStorage.setItem("address", address.value.trim());
	code.value = "";
	const ends = endsAt === null ? "" : text("ends", new Date(endsAt).toLocaleDateString());
	return `${text("done")}\n${ends}`.trim();
}

function serviceAt(given) {
	const whole = /^https?:\/\//i.test(given) ? given : `http://${given}`;
	const { protocol, hostname, origin } = URL.canParse(whole) ? new URL(whole) : {};
	if (protocol !== "http:" || !hostsHere.includes(hostname)) throw new Error(text("notHere"));
	return origin;
}

async function send(service, body) {
	const response = await fetch(service + handover, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
		credentials: "omit",
		redirect: "error",
		cache: "no-store",
	}).catch(() => undefined);
	if (!response) throw new Error(text("noAnswer", service));
	const { found, error } = await response.json().catch(() => ({}));
	if (found) return found;
	throw new Error(error?.hint ? `${error.message}\n${error.hint}` : text("notLivekeeper", service));
}
