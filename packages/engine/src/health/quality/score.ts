import type { Counts } from "./window.ts";

/** Parts from 0 (worst) to 1 (best); an unknown part is left out. */
export interface QualityParts {
	/** Connected time / time due for a connection. */
	uptime: number;
	/** 1 − suspiciously silent time / connected time. */
	silence?: number;
	/** 1 / (1 + reconnects per hour / 6): six per hour halve it. */
	reconnects: number;
	/** 1 − time that gaps cover / time due for a connection. */
	gaps: number;
	/** Mean heartbeat round trip: 1 up to 200 ms, falling evenly to 0 at 5 s. */
	latency?: number;
	/** 1 − 50 × share of undecodable messages: 0 from 2 % on. */
	decoding?: number;
	/** Value of the gifts received / of those given. */
	completeness?: number;
}

export interface Quality {
	/** 0 to 100. */
	score: number;
	parts: QualityParts;
}

/** Minimum time for a score, because a room that is just connecting would score 0. */
const minDueMs = 10_000;
/** Weights of the parts that don't decide alone. */
const weights = { gaps: 0.4, reconnects: 0.25, decoding: 0.2, latency: 0.15, completeness: 0.4 } as const;
const hourMs = 3_600_000;
/** Minimum time over which reconnects are projected to an hour, ms. */
const minSpanMs = 300_000;
const reconnectsThatHalve = 6;
const latency = { bestMs: 200, worstMs: 5_000 } as const;
const undecodable = 0.02;

/** Returns the quality; `undefined` if the room was due for a connection for less than 10 s. */
export function qualityOf(counts: Counts): Quality | undefined {
	if (counts.dueMs < minDueMs) return undefined;
	const parts = partsOf(counts);
	return { score: scoreOf(parts), parts };
}

/**
 * Returns 100 × uptime × silence × the weighted mean of the others (gaps 0.40, reconnects 0.25, decoding 0.20, latency
 * 0.15, completeness 0.40): a room that is down or mute scores 0, however well its frames decode. It never falls when a
 * part rises.
 */
export function scoreOf(parts: QualityParts): number {
	let sum = 0;
	let weight = 0;
	for (const [name, part] of Object.entries(weights) as [keyof typeof weights, number][]) {
		const value = parts[name];
		if (value === undefined) continue;
		sum += part * share(value);
		weight += part;
	}
	return 100 * share(parts.uptime) * share(parts.silence ?? 1) * (sum / weight);
}

function partsOf(counts: Counts): QualityParts {
	const { dueMs, connectedMs, silentMs, reconnects, gapMs, latencyMs, latencies } = counts;
	const { messages, decodeErrors, diamondsSeen, diamondsMissing } = counts;
	const given = diamondsSeen + diamondsMissing;
	const perHour = (reconnects * hourMs) / Math.max(minSpanMs, dueMs);
	const meanMs = latencyMs / latencies;
	return {
		uptime: share(connectedMs / dueMs),
		...(connectedMs > 0 && { silence: share(1 - silentMs / connectedMs) }),
		reconnects: 1 / (1 + perHour / reconnectsThatHalve),
		gaps: share(1 - gapMs / dueMs),
		...(latencies > 0 && { latency: share((latency.worstMs - meanMs) / (latency.worstMs - latency.bestMs)) }),
		...(given > 0 && { completeness: share(diamondsSeen / given) }),
		...(messages > 0 && { decoding: share(1 - decodeErrors / messages / undecodable) }),
	};
}

function share(value: number): number {
	return Math.min(1, Math.max(0, value));
}
