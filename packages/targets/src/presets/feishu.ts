import { createHmac } from "node:crypto";
import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import {
	addressSetting,
	definePreset,
	keywordSetting,
	readerSettings,
	secret,
	secretSetting,
	type Verdict,
	wholeAddress,
} from "./preset.ts";
import { jsonBytes, pack, withoutMarkup, wordsOf } from "./words.ts";

/** Part of the 20 KB that a whole request may have. */
const maxTextBytes = 18_000;

/** Robot of a group in Feishu, or in Lark, which has another address. */
export const feishu = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: secret(addressSetting.describe("the bot's webhook address (Feishu or Lark)")),
		secret: secret(
			secretSetting.optional().describe("the bot's signing secret, if its security setting is a signature"),
		),
		keyword: keywordSetting,
		...readerSettings,
	}),
	limits: { perMinute: 100, perSecond: 5, maxEvents: 200 },
	address: ({ url }) => wholeAddress(url, "https://open.feishu.cn/open-apis/bot/v2/hook/"),
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const keyword = settings.keyword ? `${settings.keyword} ` : "";
		// `<at user_id="all">` mentions everybody, even within a text.
		const head = keyword + withoutMarkup(title);
		return pack(lines.map(withoutMarkup), maxTextBytes, jsonBytes).map((text) => {
			const content = { msg_type: "text", content: { text: `${head}\n${text}` } };
			const signed = { ...signature(settings.secret, delivery.now), ...content };
			return postJson(this.address(settings), signed, { shows: { title: head, text } });
		});
	},
	verdict,
});

/** Returns Feishu's signature: the time and the secret are the key, and the signed content is empty. */
function signature(secret: string | undefined, now: number) {
	if (!secret) return {};
	const timestamp = String(Math.floor(now / 1000));
	return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	// An older form of the same answer.
	const code = object?.["code"] ?? object?.["StatusCode"];
	if (!object || typeof code !== "number") return unintelligible(answer);
	if (code === 0) return { ok: true };
	const said = object["msg"] ?? object["StatusMessage"];
	const words = `${code} ${said}`;
	switch (code) {
		case 19001:
			return refused("receiver_key", words);
		case 19021:
			return refused("receiver_signature", words);
		case 19022:
			return refused("receiver_address", words);
		case 19024:
			return refused("receiver_keyword", words);
		case 11232:
			return refused("receiver_rate_limited", words, { retryAfterMs: 60_000 });
		default:
			// Bad requests and rate limits have the same code.
			if (/too many request|frequency limit/i.test(String(said))) {
				return refused("receiver_rate_limited", words, { retryAfterMs: 60_000 });
			}
			return refused("receiver_refused", words);
	}
}
