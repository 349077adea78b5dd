import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import { definePreset, readerSettings, secret, secretSetting, serverOf, type Verdict, webAddress } from "./preset.ts";
import { clip, goJsonBytes, pack, wordsOf } from "./words.ts";

/** Priorities by their number minus one. */
const priorities = ["min", "low", "default", "high", "max"] as const;

/**
 * Maximum size of a message, bytes. A longer one becomes a file; a request may have twice as much, escapes included.
 */
const maxMessageBytes = 4_000;
const maxTitleBytes = 200;
/** Wait after the daily quota is used up: as long as for any unavailable receiver. */
const spentMs = 3_600_000;

/** ntfy: notifications on phones and desktops (docs.ntfy.sh, Publish as JSON). */
export const ntfy = definePreset({
	forPeople: true,
	settings: z.strictObject({
		topic: secret(
			z
				.string()
				.regex(/^[\w-]{1,64}$/, checkTexts.ntfyTopic.en)
				.describe("the topic's name; anyone who knows it can read along"),
		),
		server: webAddress.optional().describe("a server of your own; default https://ntfy.sh"),
		token: secret(secretSetting.optional().describe("an access token (tk_…), if the topic is protected")),
		priority: z.enum(priorities).default("default").describe("notification priority; default `default`"),
		...readerSettings,
	}),
	// ntfy.sh restores a request to each visitor every five seconds.
	limits: { perMinute: 12, maxEvents: 40 },
	address: ({ server }) => `${serverOf(server, "https://ntfy.sh")}/`,
	messages(delivery, settings) {
		const { topic, token } = settings;
		const { title, lines } = wordsOf(delivery, settings);
		const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
		return pack(lines, maxMessageBytes, goJsonBytes).map((message) => {
			const shown = clip(title, maxTitleBytes, goJsonBytes);
			const content = { topic, title: shown, message, priority: priorities.indexOf(settings.priority) + 1 };
			return postJson(this.address(settings), content, { headers, shows: { title: shown, text: message } });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const { status } = answer;
	const object = objectIn(answer);
	if (status >= 200 && status < 300) {
		return typeof object?.["id"] === "string" ? { ok: true } : unintelligible(answer);
	}
	const { code, error } = object ?? {};
	if (typeof code !== "number") return undefined;
	const words = `${code} ${error}`;
	switch (status) {
		case 401:
		case 403:
			return refused("receiver_key", words);
		case 429:
			return refused("receiver_rate_limited", words, { retryAfterMs: /daily/i.test(words) ? spentMs : 60_000 });
		case 400:
		case 413:
			return refused("receiver_content", words, { gone: true });
		default:
			return refused("receiver_refused", words);
	}
}
