/** Observations of a recording's first file: not of a conversion, whose times are those of the conversion. */
export interface FileTimes {
	/** When the file was created, ms since the epoch; `undefined` where the file system doesn't keep that. */
	birthMs: number | undefined;
	/** When it was last written, ms since the epoch. */
	writtenMs: number;
}

export interface StartFacts extends FileTimes {
	/** Local time in the name, as ms of UTC. */
	localMs: number;
	/** Zone of the name's time; `undefined`: this machine's own. */
	timeZone: string | undefined;
}

export interface RecordingStart {
	/** ms since the epoch. */
	ms: number;
	/** By how much the name's time is in another zone, ms; 0: it isn't, as far as the file shows. */
	zoneErrorMs: number;
}

/** A recorder names a file, connects, and creates the file when the first data arrives. */
const maxOpeningMs = 15_000;
/** A name's time is cut to the second, and file systems round. */
const roundingMs = 2_000;
const quarterMs = 900_000;
/** A file that grew for at least this long was recorded, not copied or converted. */
const minGrowthMs = 60_000;

/**
 * Returns when a recording began: when its file was created, if the name agrees, because the name's time is cut to the
 * second and taken before the recorder has connected; otherwise the name's time. A file that was recorded, with a name
 * that is wrong by whole quarters of an hour, is named in another time zone.
 */
export function recordingStart({ localMs, timeZone, birthMs, writtenMs }: StartFacts): RecordingStart {
	const named = epochsOf(localMs, timeZone);
	const birth = birthMs ?? Number.NaN;
	const fits = (start: number) => birth - start >= -roundingMs && birth - start <= maxOpeningMs;
	if (named.some(fits)) return { ms: birth, zoneErrorMs: 0 };
	// An hour that is repeated in autumn has two meanings: the later one that is not after the file's last write counts.
	const start = named.findLast((ms) => ms <= writtenMs) ?? named[0] ?? localMs;
	const offMs = Math.round((start - birth) / quarterMs) * quarterMs;
	const grew = writtenMs - birth >= minGrowthMs;
	if (grew && Math.abs(offMs) >= 4 * quarterMs && fits(start - offMs)) return { ms: birth, zoneErrorMs: offMs };
	return { ms: start, zoneErrorMs: 0 };
}

export interface SegmentFacts extends FileTimes {
	segment: number;
	/** When segment 0 began, ms since the epoch. */
	seriesStartMs: number;
	/** Length of a segment, ms. */
	lengthMs: number;
}

/**
 * Returns when a segment began: when its file was created if it grew like a segment, otherwise its number times the
 * length. Recorders cut at key frames and lose time when the stream stalls, so the product alone drifts.
 */
export function segmentStart({ segment, seriesStartMs, lengthMs, birthMs, writtenMs }: SegmentFacts): number {
	const expected = seriesStartMs + segment * lengthMs;
	if (birthMs === undefined) return expected;
	const grew = writtenMs - birthMs >= lengthMs / 2;
	const near = Math.abs(birthMs - expected) <= Math.min(minGrowthMs, lengthMs / 2);
	return (grew && birthMs >= seriesStartMs) || near ? birthMs : expected;
}

/**
 * Returns the moments at which a zone's clocks show a local time: one, or two in the hour that is repeated in autumn.
 * In the hour that is skipped in spring, the moment that its former offset gives.
 * @param localMs the local time's fields, as ms of UTC
 * @returns ms since the epoch, ascending
 * @throws RangeError if the zone does not exist
 */
export function epochsOf(localMs: number, timeZone: string | undefined): number[] {
	const offsets = [-86_400_000, 86_400_000].map((aside) => offsetAt(localMs + aside, timeZone));
	const all = [...new Set(offsets)].map((offset) => localMs - offset).sort((a, b) => a - b);
	const real = all.filter((ms) => ms + offsetAt(ms, timeZone) === localMs);
	return real.length > 0 ? real : all.slice(-1);
}

/** Returns a zone's offset from UTC at a moment, ms. */
function offsetAt(ms: number, timeZone: string | undefined): number {
	if (timeZone === undefined) return -new Date(ms).getTimezoneOffset() * 60_000;
	const parts = new Intl.DateTimeFormat("en-US", {
		...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
		...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
	}).formatToParts(ms);
	const field = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
	const [year, month, day] = [field("year"), field("month"), field("day")];
	const shown = Date.UTC(year, month - 1, day, field("hour"), field("minute"), field("second"));
	return shown - Math.floor(ms / 1000) * 1000;
}
