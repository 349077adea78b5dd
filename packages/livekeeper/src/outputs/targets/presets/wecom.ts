import { z } from "zod";
import { type Answer, objectIn, refused, unintelligible } from "./answer.ts";
import { bytes, clip, pack } from "./clip.ts";
import { postJson } from "./post-json.ts";
import type { Preset, Verdict } from "./preset.ts";
import { addressSetting, languageSetting, wholeAddress } from "./settings.ts";
import { withoutMarkup, wordsOf } from "./words.ts";

interface WeComSettings {
	url: string;
	language: "zh" | "en";
}

const maxContentBytes = 4_096;
const maxHeadBytes = 200;

/** A group's robot in WeCom (企业微信). */
export const wecom: Preset<WeComSettings> = {
	name: "wecom",
	settings: z.strictObject({
		url: addressSetting.describe("the robot's webhook address, or its key alone"),
		language: languageSetting,
	}),
	secrets: ["url"],
	limits: { perMinute: 20, maxEvents: 40 },
	address: ({ url }) => wholeAddress(url, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings.language);
		const head = `**${clip(withoutMarkup(title), maxHeadBytes, bytes)}**\n`;
		return pack(lines.map(withoutMarkup), maxContentBytes - bytes(head), bytes).map((text) =>
			postJson(wecom.address(settings), { msgtype: "markdown", markdown: { content: head + text } }),
		);
	},
	verdict,
};

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
