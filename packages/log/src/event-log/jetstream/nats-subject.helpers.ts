/** Whether a subject matches a filter with NATS' wildcards: `*` for one token, `>` for one or more in the end. */
export function isMatch(filter: string, subject: string): boolean {
	if (filter === subject || filter === ">") return true;
	const wanted = filter.split(".");
	const tokens = subject.split(".");
	for (const [i, token] of wanted.entries()) {
		if (token === ">") return tokens.length > i;
		if (tokens[i] === undefined || (token !== "*" && token !== tokens[i])) return false;
	}
	return wanted.length === tokens.length;
}
