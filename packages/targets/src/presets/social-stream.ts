import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { type Fact, factsOf, isComment, withoutTags } from "./facts.ts";
import { postJson } from "./post.ts";
import { addressSetting, definePreset, languageSetting, secret, serverOf } from "./preset.ts";

/** Social Stream Ninja: messages and gifts in its docks, overlays, games and voices. */
export const socialStream = definePreset({
	settings: z.strictObject({
		session: secret(
			z
				.string()
				.regex(/^[\w-]{1,100}$/, checkTexts.sessionId.en)
				.describe("the session id"),
		),
		via: z.enum(["websocket", "http"]).default("websocket").describe("one open socket, or a request per message"),
		server: addressSetting
			.regex(/^(wss?|https?):\/\//i, checkTexts.relayAddress.en)
			.optional()
			.describe("another server, such as ws://127.0.0.1:3000; default wss:// or https://io.socialstream.ninja"),
		language: languageSetting,
	}),
	limits: { maxEvents: 20 },
	loopback: true,
	address: ({ session, via, server }) =>
		via === "http"
			? `${serverOf(server, "https://io.socialstream.ninja")}/${session}`
			: serverOf(server, "wss://io.socialstream.ninja"),
	messages(delivery, settings) {
		const url = this.address(settings);
		const contents = factsOf(delivery, settings.language).filter(isComment).map(contentOf);
		if (settings.via === "http") return contents.map((content) => postJson(url, content));
		if (contents.length === 0) return [];
		const join = JSON.stringify({ join: settings.session, out: 1, in: 3 });
		// The session is part of the greeting, so two sessions have two sockets.
		const greeting = { room: settings.session, frames: [join] };
		return [
			{ via: "websocket", url, greeting, frames: contents.map((content) => ({ text: JSON.stringify(content) })) },
		];
	},
});

function contentOf(fact: Fact) {
	const { id, user, user_id: userid, avatar, text, gift, count, diamonds, event, live_id: liveId } = fact;
	const value = {
		...{ chatname: withoutTags(user), chatmessage: gift === undefined ? withoutTags(text) : "", chatimg: avatar },
		hasDonation: gift === undefined ? "" : withoutTags(`${gift} ×${count}`),
		membership: withoutTags(event?.user?.fans_club?.name ?? ""),
		...{
			type: "douyin",
			textonly: true,
			id,
			userid,
			meta: { live_id: liveId, ...(gift !== undefined && { diamonds }) },
		},
	};
	return { action: "extContent", value: JSON.stringify(value) };
}
