import type { Room } from "@livekeeper/client";
import { type Language, statusTexts, type Text } from "../../text/index.ts";
import { ago, until } from "./age.ts";

type Official = NonNullable<Room["official"]>;

/**
 * Formats the status of a room's push from the open platform, one item per line.
 *
 * @param reported lines that already report some of it
 */
export function officialLines(
	official: Official,
	reported: readonly string[],
	now: number,
	language: Language,
): string[] {
	const { official: texts, separator } = statusTexts;
	const { app_id: app, types, summary, why, advice, token, refused, last_refused: last } = official;
	const joined = (...parts: (Text | undefined)[]) =>
		parts.flatMap((part) => (part ? [part[language]] : [])).join(separator[language]);
	const [newest] = official.broadcasts;
	const expires = token.expires_at === null ? undefined : texts.token(until(token.expires_at, now, language));
	const lines = [joined(texts.push(app, types.join(", ")), expires), summary, why ?? "", ...advice];
	if (newest) {
		const gifts = newest.tasks.find(({ msg_type: type }) => type === "live_gift");
		const {
			callbacks,
			failed_deliveries: failed,
			missing,
			last_callback_at: at,
		} = gifts ?? {
			callbacks: 0,
			failed_deliveries: 0,
			missing: 0,
			last_callback_at: null,
		};
		const lastAt = at === null ? undefined : texts.last(ago(at, now, language));
		const { official_diamonds: theirs, web_diamonds: web, matched_diamonds: both } = newest.match;
		lines.push(
			joined(newest.counts ? texts.counts : texts.webCounts, texts.deliveries(callbacks, failed, missing), lastAt),
		);
		if (theirs > 0 && web > 0) lines.push(joined(texts.match(both, theirs, web)));
	}
	if (last) lines.push(joined(texts.refused(refused, last.message)));
	return lines.filter((line) => line !== "" && !reported.some((other) => other.includes(line)));
}
