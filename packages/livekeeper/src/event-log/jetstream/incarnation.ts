/**
 * A stream that was lost is made again under a name that it never had. Where two of three servers came back empty, the
 * third still answers for what it has under the old name, and NATS makes no end of that: so what is current has to be
 * told from it by name. The first incarnation has the plain name, the others a number behind it.
 */
export function nameIn(base: string, incarnation: number): string {
	return incarnation === 1 ? base : `${base}-${incarnation}`;
}

/** The incarnations of a stream that are among these names, the newest last. */
export function incarnationsIn(names: Iterable<string>, base: string): number[] {
	const found: number[] = [];
	for (const name of names) {
		if (name === base) found.push(1);
		else if (name.startsWith(`${base}-`)) {
			const incarnation = Number(name.slice(base.length + 1));
			if (Number.isSafeInteger(incarnation) && nameIn(base, incarnation) === name) found.push(incarnation);
		}
	}
	return found.sort((a, b) => a - b);
}
