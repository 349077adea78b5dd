import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import { addressSetting, definePreset, readerSettings, secret, type Verdict, wholeAddress } from "./preset.ts";
import { bytes, clip, pack, withoutMarkup, wordsOf } from "./words.ts";

const maxContentBytes = 4_096;
const maxHeadBytes = 200;

/** Robot of a group in WeCom (企业微信). */
export const wecom = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: secret(addressSetting.describe("the bot's webhook address, or only its key")),
		...readerSettings,
	}),
	limits: { perMinute: 20, maxEvents: 40 },
	address: ({ url }) => wholeAddress(url, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const shown = clip(withoutMarkup(title), maxHeadBytes, bytes);
		const head = `**${shown}**\n`;
		return pack(lines.map(withoutMarkup), maxContentBytes - bytes(head), bytes).map((text) => {
			const content = { msgtype: "markdown", markdown: { content: head + text } };
			return postJson(this.address(settings), content, { shows: { title: shown, text } });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (typeof object?.["errcode"] !== "number") return unintelligible(answer);
	const { errcode, errmsg } = object;
	if (errcode === 0) return { ok: true };
	const words = `${errcode} ${errmsg}`;
	switch (errcode) {
		case 93000:
			return refused("receiver_key", words);
		case 45009:
			return refused("receiver_rate_limited", words, { retryAfterMs: 60_000 });
		case 40058:
			return refused("receiver_content", words, { gone: true });
		default:
			return refused("receiver_refused", words);
	}
}
