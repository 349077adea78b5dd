import { createHash } from "node:crypto";
import { z } from "zod";
import type { Login } from "../transports/out-message.ts";
import { factsOf } from "./facts.ts";
import { objectIn, refused } from "./post.ts";
import { definePreset, languageSetting, secret, secretSetting, socketAddress, type Verdict } from "./preset.ts";

/** Streamer.bot on this machine: runs an action for each event, with the event's facts as arguments. */
export const streamerbot = definePreset({
	settings: z.strictObject({
		url: socketAddress.optional().describe("its WebSocket server; default ws://127.0.0.1:8080/"),
		password: secret(secretSetting.optional().describe("the server's password, if authentication is on")),
		action: z.string().min(1).max(200).describe("the action's name"),
		language: languageSetting,
	}),
	// The whole delivery is repeated if one of its requests is not answered.
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "ws://127.0.0.1:8080/",
	messages(delivery, settings) {
		const frames = factsOf(delivery, settings.language).map(({ event: _, ...args }) => {
			const id = `${delivery.deliveryId}-${args.seq}`;
			return {
				text: JSON.stringify({ request: "DoAction", id, action: { name: settings.action }, args }),
				answeredBy: (frame: string) => verdict(frame, id),
			};
		});
		if (frames.length === 0) return [];
		const { password } = settings;
		const greeting =
			password === undefined ? {} : { greeting: { room: password, frames: [], login: loginWith(password) } };
		return [{ via: "websocket", url: this.address(settings), ...greeting, frames }];
	},
});

const loginId = "livekeeper-login";

/** Returns the login. The server sends Hello first, with a challenge if it requires the password. */
function loginWith(password: string): Login {
	return (frame) => {
		const said = objectIn({ status: 0, body: frame });
		if (said?.["request"] === "Hello") {
			const { salt, challenge } = (said["authentication"] ?? {}) as { salt?: string; challenge?: string };
			if (challenge === undefined) return { ok: true };
			const authentication = sha256(sha256(password + salt) + challenge);
			return { reply: JSON.stringify({ request: "Authenticate", id: loginId, authentication }) };
		}
		if (said?.["id"] !== loginId) return undefined;
		if (said["status"] === "ok") return { ok: true };
		return refused("receiver_key", said["error"] ?? said["status"]);
	};
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

function verdict(frame: string, id: string): Verdict | undefined {
	const answer = objectIn({ status: 0, body: frame });
	if (answer?.["id"] !== id) return undefined;
	if (answer["status"] === "ok") return { ok: true };
	const error = String(answer["error"] ?? answer["status"]);
	return refused(/authenticat|authoriz/i.test(error) ? "receiver_key" : "receiver_refused", error);
}
