const codes = { dot: ".".charCodeAt(0), token: "*".charCodeAt(0), tail: ">".charCodeAt(0) };

/** Whether a subject matches a filter with NATS' wildcards: `*` for one token, `>` for one or more in the end. */
export function isMatch(filter: string, subject: string): boolean {
	let at = 0;
	for (let i = 0; i < filter.length; i++) {
		const code = filter.charCodeAt(i);
		if (code === codes.tail) return at < subject.length;
		if (code === codes.token) {
			if (at >= subject.length) return false;
			while (at < subject.length && subject.charCodeAt(at) !== codes.dot) at++;
		} else if (subject.charCodeAt(at++) !== code) return false;
	}
	return at === subject.length;
}

/** Whether a filter matches more than the one subject that it names. */
export function hasWildcard(filter: string): boolean {
	return filter.includes("*") || filter.includes(">");
}
