import type { DouyinError, FailureReason } from "../errors.ts";

/** Advice to a user for each class of failure. */
export const hints: Record<FailureReason, string> = {
	network: "Check the network, and that nothing on the way to Douyin cuts connections; then try again.",
	dns: "The host name does not resolve: check the DNS settings and Douyin's address.",
	tls: "The certificate was not accepted: check the system clock, and whether a proxy replaces certificates.",
	proxy: "The proxy failed: check its address, user name and password. livekeeper never bypasses it.",
	timeout: "There was no answer in time: check the network or the proxy, or allow more time.",
	handshake_refused: "Douyin refused the live connection, for the reason above. Its protocol may have changed.",
	blocked: "Douyin blocks this address or device: wait, use another network or proxy, or use a logged-in cookie.",
	signature_rejected: "Douyin did not accept the signature: update livekeeper, or use another signer.",
	rate_limited: "Douyin asks to slow down: wait as long as it says, and run fewer rooms on this network.",
	upstream_error: "Douyin's servers have a problem: try again later.",
	unreadable_page: "The page could not be read: use a cookie from a browser; if this continues, update livekeeper.",
	bad_frame: "The received data could not be read: if this continues, update livekeeper.",
	silence:
		"Connected, but no messages arrive: this server may send nothing to this address; try again, or use another network.",
	upstream_close: "Douyin closed the connection: try again; the cookie may be in use elsewhere.",
	identity: "Add the login again under its name, or let the room use another one (docs/identities.md).",
	foreign_host:
		"Nothing was sent there, because the cookie would go with it. If the server really belongs to Douyin, add it to allowed_hosts.",
	storage:
		"Received messages can't be stored: the service's status (/health/ready) and log say why, e.g. a full disk, a read-only data folder, or NATS unreachable.",
	broadcast_ended: "The broadcast has ended: try again with a room that is live.",
};

const captchaHint =
	"Nothing is wrong with the room. Open its page in a browser on this network (through the same proxy, if one is used), pass the slider, and try again.";

/** Returns advice to a user about a failure. */
export function hintFor({ reason, upstreamMessage }: DouyinError): string {
	return reason === "blocked" && upstreamMessage === "captcha" ? captchaHint : hints[reason];
}
