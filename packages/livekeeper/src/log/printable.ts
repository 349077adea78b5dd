/**
 * Text from others, made safe to print on a terminal: names and messages may hold escape sequences that move the
 * cursor, rewrite lines or change the window's title. Control and bidirectional formatting characters are left out.
 */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, (run) =>
		/^[\n\r\t\u2028\u2029]+$/u.test(run) ? " " : "",
	);
}
