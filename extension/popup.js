// Hands this browser's Douyin login, or the proof of a solved slider captcha, to the livekeeper on this machine whose
// page shows the code. It runs while its window is open, reads cookies only when the button is pressed, and stores only
// the service's address.

const handover = "/api/v1/pairings/cookie";
/** Cookies that prove a solved captcha to the site. */
const proofs = ["s_v_web_id", "__ac_nonce"];
const usualAddress = "127.0.0.1:7001";
/** Same hosts as in the manifest: no other host is ever contacted. */
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
	const buttons = form.querySelectorAll("button");
	for (const button of buttons) button.disabled = true;
	said.textContent = text("handing");
	const hand = event.submitter?.value === "passed" ? handProof : handOver;
	said.textContent = await hand().catch((error) => error.message);
	for (const button of buttons) button.disabled = false;
});

/**
 * @returns the text to show
 * @throws Error with the reason as text
 */
async function handOver() {
	const { logged_in: loggedIn, expires_at: endsAt } = await give(() => true, text("notLoggedIn"));
	if (!loggedIn) throw new Error(text("notLoggedIn"));
	given();
	const ends = endsAt === null ? "" : text("ends", new Date(endsAt).toLocaleDateString());
	return `${text("done")}\n${ends}`.trim();
}

/** Hands over the proof of a solved captcha, and no login. */
async function handProof() {
	await give(({ name }) => proofs.includes(name), text("notPassed"), { passed: true });
	given();
	return text("done");
}

/** Sends the selected cookies with the code. @param missing text to show if there are none */
async function give(wanted, missing, more) {
	const service = serviceAt(address.value.trim());
	// Accepts digits as a Chinese keyboard types them.
	const digits = code.value.normalize("NFKC").replaceAll(/\D/g, "");
	if (digits.length !== 6) throw new Error(text("codeShape"));
	const cookies = (await chrome.cookies.getAll({ url: "https://live.douyin.com/" })).filter(wanted);
	if (cookies.length === 0) throw new Error(missing);
	const cookie = JSON.stringify(
		cookies.map(({ domain, name, value, expirationDate }) => ({ domain, name, value, expirationDate })),
	);
	return send(service, { code: digits, cookie, ...more });
}

/** A code can only be used once. */
function given() {
	localStorage.setItem("address", address.value.trim());
	code.value = "";
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
