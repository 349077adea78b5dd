/** A request to a target's receiver. Times are ms since the world began. */
export interface Delivered {
	/** Number of the process of the service that sent it, and number of times that its wall clock had been set. */
	process: number;
	era: number;
	/** Number of times that rooms had moved between processes, which know nothing of each other's attempts; default 0. */
	moves?: number;
	liveId: string;
	deliveryId: string;
	at: number;
	/** When it was answered; `undefined` while it is in flight, or if its sender ended it. */
	endedAt: number | undefined;
	/** When its sender ended it. */
	abortedAt?: number;
	ok: boolean;
	/** Wait that the receiver asked for, ms. */
	retryAfterMs: number;
}

/** Maximum number of requests at a time to one target, and to one that has not answered the last one well. */
const maxAtOnce = 4;
const maxUnproven = 1;
/** Failures in a row after which a target is paused, and the shortest pause, ms. */
const pauseAfter = 20;
const pauseMs = 150_000;
const maxDelayMs = 300_000;
/** Number of retries from which on chance explains no longer that all are late in their range. */
const enoughRetries = 8;
const lateInRange = 0.95;

/**
 * Checks the requests to one target against what receivers are promised: one at a time in each room, one in all while
 * they fail, retries after a delay that doubles and is spread, no sooner than they ask for, and pauses.
 * @param requests in the order of their beginning
 * @returns the violations, as sentences
 */
export function checkDeliveries(requests: readonly Delivered[]): string[] {
	const processes = groupsOf(requests, ({ process }) => String(process));
	return [...processes.flatMap((own) => checkProcess(own)), ...checkSpread(retriesOf(requests))];
}

function checkProcess(requests: readonly Delivered[]): string[] {
	const broken: string[] = [];
	for (const [i, request] of requests.entries()) {
		const { at, liveId, era } = request;
		const before = requests.slice(0, i);
		const inFlight = before.filter(({ endedAt, abortedAt }) => (endedAt ?? abortedAt ?? Number.POSITIVE_INFINITY) > at);
		const ended = before.filter(({ endedAt }) => endedAt !== undefined && endedAt <= at).sort(byEnd);
		const last = ended.at(-1);
		const max = last?.ok ? maxAtOnce : maxUnproven;
		const answer = last?.ok ? "was fine" : "was none, or a failure";
		if (inFlight.length >= max)
			broken.push(`the target: ${inFlight.length + 1} requests at once at ${at}, and the last answer ${answer}`);
		if (inFlight.some((one) => one.liveId === liveId))
			broken.push(`the target: two requests of room ${liveId} at once at ${at}`);
		const failures = ended.length - 1 - ended.findLastIndex(({ ok }) => ok);
		const pausedMs = at - (last?.endedAt ?? 0);
		if (failures >= pauseAfter && last?.era === era && pausedMs < pauseMs)
			broken.push(`the target: asked again ${pausedMs} ms after ${failures} failures in a row`);
	}
	for (const { waitedMs, minMs, askedMs, at } of retriesOf(requests)) {
		if (waitedMs < Math.max(minMs, askedMs))
			broken.push(`the target: retried at ${at} after ${waitedMs} ms, not ${minMs}, and it asked for ${askedMs}`);
	}
	return broken;
}

interface Retry {
	at: number;
	waitedMs: number;
	/** Least delay by the number of its failures, and the wait that the receiver asked for. */
	minMs: number;
	askedMs: number;
	/** Whether nothing else kept it waiting. */
	isAlone: boolean;
}

/** Returns the retries of a batch by the process that sent it, unless its clock was set meanwhile. */
function retriesOf(requests: readonly Delivered[]): Retry[] {
	const batches = groupsOf(requests, ({ process, moves = 0, deliveryId }) => `${process} ${moves} ${deliveryId}`);
	return batches.flatMap((attempts) =>
		attempts.slice(1).flatMap((attempt, i) => {
			const { endedAt, era, retryAfterMs: askedMs } = attempts[i] as Delivered;
			if (endedAt === undefined || era !== attempt.era) return [];
			const minMs = Math.min(maxDelayMs, 1_000 * 2 ** (i + 1)) / 2;
			const isAlone = !requests.some(
				(other) => other.at < attempt.at && other !== attempts[i] && (other.endedAt ?? attempt.at) >= endedAt,
			);
			return [{ at: attempt.at, waitedMs: attempt.at - endedAt, minMs, askedMs, isAlone }];
		}),
	);
}

/** Batches that failed together must not come again together: delays are anywhere in the upper half of their bound. */
function checkSpread(retries: readonly Retry[]): string[] {
	const free = retries.filter(({ isAlone, askedMs }) => isAlone && askedMs === 0);
	if (free.length < enoughRetries) return [];
	const isLate = ({ waitedMs, minMs }: Retry) => waitedMs >= lateInRange * 2 * minMs;
	return free.every(isLate) ? [`the target: all ${free.length} retries came at the end of their range`] : [];
}

function byEnd(a: Delivered, b: Delivered): number {
	return (a.endedAt ?? 0) - (b.endedAt ?? 0);
}

function groupsOf(requests: readonly Delivered[], keyOf: (request: Delivered) => string): Delivered[][] {
	const groups = new Map<string, Delivered[]>();
	for (const request of requests) {
		const key = keyOf(request);
		groups.set(key, [...(groups.get(key) ?? []), request]);
	}
	return [...groups.values()];
}
