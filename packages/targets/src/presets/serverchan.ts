import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { type Answer, objectIn, postJson, refused, unintelligible } from "./post.ts";
import { definePreset, readerSettings, secret, type Verdict, webAddress } from "./preset.ts";
import { bytes, clip, pack, units, withoutMarkup, wordsOf } from "./words.ts";

const maxTitleUnits = 32;
/** Part of the 32 KB allowed. */
const maxTextBytes = 30_000;
/** The daily quota is small. Once it is used up, wait as long as for any unavailable receiver. */
const spentMs = 3_600_000;

/** ServerChan (Server 酱): messages in WeChat, or in its app. */
export const serverchan = definePreset({
	forPeople: true,
	settings: z.strictObject({
		key: secret(
			z
				.string()
				.regex(/^[\w-]{8,200}$/, checkTexts.sendKey.en)
				.describe("the SendKey (SCT… or sctp…)"),
		),
		server: webAddress.optional().describe("another server; default: the one that the SendKey is for"),
		...readerSettings,
	}),
	limits: { maxEvents: 300 },
	address({ key, server }) {
		const [, uid] = /^sctp(\d+)t/i.exec(key) ?? [];
		const standard = uid ? `https://${uid}.push.ft07.com/send` : "https://sctapi.ftqq.com";
		return `${(server ?? standard).replace(/\/+$/, "")}/${key}.send`;
	},
	messages(delivery, settings) {
		const { headline, lines } = wordsOf(delivery, settings);
		return pack(lines.map(withoutMarkup), maxTextBytes, bytes, "\n\n").map((desp) => {
			const title = clip(headline, maxTitleUnits, units);
			const shows = { title, text: desp.replaceAll("\n\n", "\n") };
			return postJson(this.address(settings), { title, desp }, { shows });
		});
	},
	verdict,
});

function verdict(answer: Answer): Verdict | undefined {
	const object = objectIn(answer);
	if (typeof object?.["code"] !== "number") return unintelligible(answer);
	const { code, message } = object;
	if (code === 0) return { ok: true };
	const words = `${code} ${message || object["info"]}`;
	// The same code means a wrong key and a used-up daily quota.
	if (/次数|频率|limit/i.test(words)) return refused("receiver_rate_limited", words, { retryAfterMs: spentMs });
	return refused(code === 40001 ? "receiver_key" : "receiver_refused", words);
}
