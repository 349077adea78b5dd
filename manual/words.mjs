const between = /[\n\r\p{Z}\p{P}]+/u;
const han = /\p{Script=Han}+/gu;

/**
 * The words of a text as the search knows them: Chinese, which has no spaces, by each pair of neighbours, so that what is
 * looked for needs no dictionary, and what is found does not depend on the browser's.
 */
export function words(text) {
	return text.split(between).flatMap((word) => {
		const pairs = [...word.matchAll(han)].flatMap(([run]) => pairsOf([...run]));
		return [...pairs, ...word.split(han)].filter((part) => part !== "");
	});
}

function pairsOf(letters) {
	if (letters.length === 1) return letters;
	return letters.slice(1).map((letter, at) => letters[at] + letter);
}
