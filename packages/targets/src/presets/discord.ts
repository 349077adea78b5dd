import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import { definePreset, pictureOf, readerSettings, secret, type Verdict, webAddress } from "./preset.ts";
import { clip, pack, units, withoutMarkup, wordsOf } from "./words.ts";

/** Discord counts characters; a text never has fewer UTF-16 code units. */
const maxContentUnits = 2_000;
const maxHeadUnits = 100;
/** `SUPPRESS_EMBEDS`. */
const withoutPreviews = 4;

/** Discord channel, by its webhook (discord.com/developers, Execute Webhook). */
export const discord = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: secret(webAddress.describe("the channel's webhook URL")),
		...readerSettings,
	}),
	// A webhook takes 30 a minute, 5 of them in two seconds.
	limits: { perMinute: 30, perSecond: 2, maxEvents: 40 },
	address({ url }) {
		if (!URL.canParse(url)) return url;
		const address = new URL(url);
		// Otherwise Discord answers before it has checked the message.
		address.searchParams.set("wait", "true");
		return address.href;
	},
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const shown = clip(withoutMarkup(title), maxHeadUnits, units);
		const head = `**${shown}**\n`;
		const picture = pictureOf(delivery.room);
		return pack(lines.map(withoutMarkup), maxContentUnits - units(head), units).map((text) => {
			const content = {
				content: head + text,
				...(picture && { avatar_url: picture }),
				...{ allowed_mentions: { parse: [] }, flags: withoutPreviews },
			};
			return postJson(this.address(settings), content, { shows: { title: shown, text, picture } });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (answer.status >= 200 && answer.status < 300) {
		return typeof object?.["id"] === "string" ? { ok: true } : unintelligible(answer);
	}
	if (typeof object?.["message"] !== "string") return undefined;
	const { code, message, retry_after: seconds } = object;
	const words = `${code ?? answer.status} ${message}`;
	if (answer.status === 429) {
		const retryAfterMs = typeof seconds === "number" ? Math.ceil(seconds * 1000) : 60_000;
		return refused("receiver_rate_limited", words, { retryAfterMs });
	}
	// Unknown webhook, invalid webhook token.
	if (code === 10015 || code === 50027 || answer.status === 401) return refused("receiver_key", words);
	return answer.status === 400
		? refused("receiver_content", words, { gone: true })
		: refused("receiver_refused", words);
}
