import type { DouyinError, FailureReason } from "../errors.ts";

/** What a person can do about each class of failure. */
export const hints: Record<FailureReason, string> = {
	network: "Check the network, and that nothing between here and the upstream cuts connections; then try again.",
	dns: "The host name does not resolve: check the DNS settings and the upstream's base URL.",
	tls: "The certificate was not accepted: check the system clock, and whether a proxy replaces certificates.",
	proxy: "The proxy failed: check its address, user and password. Nothing is ever sent around it.",
	timeout: "No answer came in time: check the network or the proxy, or allow more time.",
	handshake_refused: "The upstream refused the push socket: its words are above. The protocol may have changed.",
	blocked:
		"The upstream blocks this address or device: wait, use another address or proxy, or give a logged-in cookie.",
	signature_rejected: "The upstream did not accept the signature: update the program, or bring another signer.",
	rate_limited: "The upstream asks to slow down: wait as long as it says and watch fewer rooms from this address.",
	upstream_error: "The upstream has a fault of its own: try again later.",
	unreadable_page: "The page could not be read: give a cookie from a browser, or update the program if it stays so.",
	bad_frame: "What came over the socket could not be read: update the program if it stays so.",
	silence: "The socket is open but nothing comes: this host may mute this address; try again, or use another address.",
	upstream_close: "The upstream closed the socket: try again; a cookie that is used elsewhere may be the cause.",
	identity: "Give the identity again under its name, or let the room use another (docs/identities.md).",
	foreign_host:
		"Nothing was sent there, for the cookie would go along. If you know that host to be the site's, add it to allowed_hosts.",
	storage:
		"What comes can't be stored: the service's status (/health/ready) and log say why, e.g. a full disk, a read-only data folder, NATS out of reach.",
	broadcast_ended: "The broadcast has ended: try again with a room that is live.",
};

const captchaHint =
	"Nothing is wrong with the room. Open its page in a browser on this network (through the same proxy, if one is used), pass the slider, and try again.";

/** What a person can do about a failure. */
export function hintFor({ reason, upstreamMessage }: DouyinError): string {
	return reason === "blocked" && upstreamMessage === "captcha" ? captchaHint : hints[reason];
}
