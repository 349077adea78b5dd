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
import { bytes, pack, withoutMarkup, wordsOf } from "./words.ts";

/** Part of the 20,000 bytes that a robot accepts. */
const maxTextBytes = 18_000;
/** DingTalk ignores a sender for ten minutes after more than 20 messages a minute. */
const throttledMs = 600_000;

/** Robot of a DingTalk group. */
export const dingtalk = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: secret(addressSetting.describe("the bot's webhook address, or only its access_token")),
		secret: secret(
			secretSetting.optional().describe("the bot's signing secret (SEC…), if its security setting is a signature"),
		),
		keyword: keywordSetting,
		...readerSettings,
	}),
	limits: { perMinute: 20, maxEvents: 200 },
	address: ({ url }) => wholeAddress(url, "https://oapi.dingtalk.com/robot/send?access_token="),
	messages(delivery, settings) {
		const { title, headline, lines } = wordsOf(delivery, settings);
		const keyword = settings.keyword ? `${settings.keyword} ` : "";
		const head = keyword + withoutMarkup(title);
		return pack(lines.map(withoutMarkup), maxTextBytes, bytes).map((text) => {
			const markdown = { title: keyword + headline, text: `#### ${head}\n\n${paragraphs(text)}` };
			const content = { msgtype: "markdown", markdown };
			return postJson(signedAddress(this.address(settings), settings.secret, delivery.now), content, {
				shows: { title: head, text },
			});
		});
	},
	verdict,
});

/** DingTalk's Markdown joins lines without an empty line between them. */
const paragraphs = (text: string) => text.replaceAll("\n", "\n\n");

function signedAddress(address: string, secret: string | undefined, now: number): string {
	const url = new URL(address);
	if (secret) {
		const signed = createHmac("sha256", secret).update(`${now}\n${secret}`);
		url.searchParams.set("timestamp", String(now));
		url.searchParams.set("sign", signed.digest("base64"));
	}
	return url.href;
}

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (typeof object?.["errcode"] !== "number") return unintelligible(answer);
	const { errcode, errmsg } = object;
	if (errcode === 0) return { ok: true };
	const words = `${errcode} ${errmsg}`;
	switch (errcode) {
		case 310000:
			return refused(securityCode(String(errmsg)), words);
		case 300001:
		case 400101:
		case 400102:
		case 400106:
			return refused("receiver_key", words);
		case 400013:
			return refused("receiver_chat", words);
		case 130101:
		case 302033:
		case 410100:
			return refused("receiver_rate_limited", words, { retryAfterMs: throttledMs });
		case 430101:
		case 430102:
		case 430103:
		case 430104:
		case 460101:
			return refused("receiver_content", words, { gone: true });
		default:
			return refused("receiver_refused", words);
	}
}

/** One code covers all three security settings. */
function securityCode(words: string) {
	if (/keyword/i.test(words)) return "receiver_keyword";
	if (/whitelist|\bip\b/i.test(words)) return "receiver_address";
	return "receiver_signature";
}
