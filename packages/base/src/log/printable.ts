/**
 * Makes foreign text safe to print on a terminal: names and messages may contain escape sequences that move the cursor,
 * rewrite lines or change the window's title. Removes control and bidirectional formatting characters.
 */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, (run) =>
		/^[\n\r\t\u2028\u2029]+$/u.test(run) ? " " : "",
	);
}
