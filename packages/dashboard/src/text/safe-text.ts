/** Characters that change the direction of the text around them, or that are invisible. */
const invisible = /\p{Cc}|(?!\u200d)\p{Cf}|\u2028|\u2029|\u115f|\u1160|\u3164|\uffa0|\u034f|\u17b4|\u17b5/gu;
/** Maximum number of marks on one letter; more are piled up to reach over other lines. */
const piledMarks = /(\p{M}{3})\p{M}+/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * What somebody else wrote (a name, a message, a title), made fit for a line: control and bidi characters are
 * taken out, white space is folded, piled-up marks are cut, and so is what is longer than `limit` (UTF-16 units; default 500).
 * U+200D stays where it joins emoji, and no emoji is cut in two. It is still text, to be shown as text.
 */
export function safeText(text: string, limit = 500): string {
	// Cut before anything is looked at: 100 KB of a name cost nothing.
	const most = text.length > limit * 2 ? text.slice(0, limit * 2) : text;
	const clean = most
		.replace(/\s+/gu, " ")
		.replace(invisible, "")
		.replace(/(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d/gu, "")
		.replace(piledMarks, "$1")
		.trim();
	return clean.length > limit ? `${cut(clean, limit)}…` : clean;
}

/** As many whole characters, as people see them, as `limit` leaves room for. */
function cut(text: string, limit: number): string {
	let end = 0;
	for (const { index, segment } of graphemes.segment(text)) {
		if (index + segment.length > limit) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}
