const EARLIEST = Date.UTC(2016, 0);
const LATEST = Date.UTC(2100, 0);

/**
 * Converts a time of the upstream to ms since the epoch. Its fields hold seconds in some kinds, ms or µs in others, so
 * the magnitude decides. `undefined` for 0 and for anything that can't be the time of a broadcast.
 */
export function upstreamTime(value: number): number | undefined {
	if (value === 0) return undefined;
	if (isTime(value)) return value;
	if (isTime(value * 1000)) return value * 1000;
	const fromMicros = Math.floor(value / 1000);
	return isTime(fromMicros) ? fromMicros : undefined;
}

const isTime = (ms: number): boolean => ms >= EARLIEST && ms < LATEST;
