import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import { definePreset, readerSettings, secret, serverOf, type Verdict, webAddress } from "./preset.ts";
import { clip, pack, units, wordsOf } from "./words.ts";

/** Telegram's limit in UTF-16 code units. */
const maxTextUnits = 4_096;
const maxHeadUnits = 100;

/** Bot that writes to a chat. Its texts have no markup, so nothing in them needs an escape. */
export const telegram = definePreset({
	forPeople: true,
	settings: z.strictObject({
		token: secret(
			z
				.string()
				.regex(/^\d{1,20}:[\w-]{20,100}$/, checkTexts.telegramToken.en)
				.describe("the bot token from BotFather"),
		),
		chat_id: z
			.string()
			.regex(/^(-?\d{1,20}|@\w{1,64})$/, checkTexts.telegramChat.en)
			.describe("the chat ID, or the @name of a public channel"),
		server: webAddress.optional().describe("a Bot API server of your own; default https://api.telegram.org"),
		...readerSettings,
	}),
	// A group takes 20 a minute.
	limits: { perMinute: 20, perSecond: 1, maxEvents: 40 },
	address: ({ server, token }) => `${serverOf(server, "https://api.telegram.org")}/bot${token}/sendMessage`,
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const shown = clip(title, maxHeadUnits, units);
		const head = `${shown}\n`;
		return pack(lines, maxTextUnits - units(head), units).map((text) => {
			const content = { chat_id: settings.chat_id, text: head + text, link_preview_options: { is_disabled: true } };
			return postJson(this.address(settings), content, { shows: { title: shown, text } });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (typeof object?.["ok"] !== "boolean") return unintelligible(answer);
	if (object["ok"]) return { ok: true };
	const { error_code: code, description } = object;
	const words = `${code} ${description}`;
	if (code === 401 || code === 404) return refused("receiver_key", words);
	if (code === 429) {
		const { retry_after: seconds } = (object["parameters"] ?? {}) as { retry_after?: unknown };
		return refused("receiver_rate_limited", words, {
			retryAfterMs: typeof seconds === "number" ? seconds * 1000 : 60_000,
		});
	}
	if (code === 403 || /chat not found|upgraded to a supergroup|PEER_ID_INVALID/i.test(words)) {
		return refused("receiver_chat", words);
	}
	return /message is too long|message text is empty/i.test(words)
		? refused("receiver_content", words, { gone: true })
		: refused("receiver_refused", words);
}
