/**
 * Returns a subset of the steps that still breaks, of which no part can be left out: first halves are left out, then
 * quarters, and so on down to single steps.
 * @param breaks whether a run with these steps alone breaks the same promise
 * @param maxRuns maximum number of runs; the smallest set so far is returned then
 */
export async function shrink<T>(
	steps: readonly T[],
	breaks: (steps: readonly T[]) => Promise<boolean>,
	maxRuns = 200,
): Promise<T[]> {
	let least = [...steps];
	let runs = 0;
	if (least.length > 0 && (await breaks([]))) return [];
	for (let size = Math.ceil(least.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		let from = 0;
		while (from < least.length && runs < maxRuns) {
			const rest = [...least.slice(0, from), ...least.slice(from + size)];
			runs++;
			if (rest.length < least.length && rest.length > 0 && (await breaks(rest))) least = rest;
			else from += size;
		}
	}
	return least;
}
