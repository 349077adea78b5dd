import { z } from "zod";
import { type Answer, postJson, refused, unintelligible } from "./post.ts";
import { definePreset, readerSettings, secret, type Verdict, webAddress } from "./preset.ts";
import { clip, pack, units, withoutMarkup, wordsOf } from "./words.ts";

/** Slack's recommended limit; it cuts texts at 40,000. */
const maxTextUnits = 4_000;
const maxHeadUnits = 100;

/** Slack channel, by an incoming webhook (docs.slack.dev, Sending messages using incoming webhooks). */
export const slack = definePreset({
	forPeople: true,
	settings: z.strictObject({
		url: secret(webAddress.describe("the incoming webhook's URL")),
		...readerSettings,
	}),
	limits: { perSecond: 1, maxEvents: 100 },
	address: ({ url }) => url,
	messages(delivery, settings) {
		const { title, lines } = wordsOf(delivery, settings);
		const shown = clip(withoutMarkup(title), maxHeadUnits, units);
		const head = `*${escaped(shown)}*\n`;
		const texts = lines.map((line) => escaped(withoutMarkup(line)));
		return pack(texts, maxTextUnits - units(head), units).map((text) => {
			const content = { text: head + text, unfurl_links: false, unfurl_media: false };
			return postJson(this.address(settings), content, {
				shows: { title: shown, text: text.replaceAll(ampersand, "&") },
			});
		});
	},
	verdict,
});

const ampersand = "&amp;";
const entities: Readonly<Record<string, string>> = { "&": ampersand, "<": "&lt;", ">": "&gt;" };

/** Escapes the three characters that control Slack's markup. */
function escaped(text: string): string {
	return text.replace(/[&<>]/g, (mark) => entities[mark] ?? mark);
}

/** Interprets an answer, which is plain text: `ok`, or the name of an error. */
function verdict(answer: Answer): Verdict | undefined {
	const { status, body } = answer;
	if (status === 200) return body.trim() === "ok" ? { ok: true } : unintelligible(answer);
	if (status === 429) return refused("receiver_rate_limited", `${status} ${body}`);
	if (/^(invalid_token|no_service|no_service_id|no_active_hooks|no_team|team_disabled|user_not_found)\b/.test(body)) {
		return refused("receiver_key", body);
	}
	if (/^(channel_not_found|channel_is_archived|action_prohibited|posting_to_general_channel_denied)\b/.test(body)) {
		return refused("receiver_chat", body);
	}
	if (/^(invalid_payload|no_text|too_many_attachments)\b/.test(body)) {
		return refused("receiver_content", body, { gone: true });
	}
	return undefined;
}
