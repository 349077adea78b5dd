import type { ConfigInput } from "livekeeper";

type Random = () => number;

/**
 * Choices of the service's options: one is drawn per group, weighted by repetition. Add any new option that changes how
 * rooms are kept.
 */
const groups: readonly (readonly ConfigInput[])[] = [
	[{}, {}, { starts_per_second: 2 }],
	[{}, { strategy: "adaptive" }],
	[{}, {}, { health: "fixed" }],
	[{}, {}, { queue_mb: 1 }],
	[{}, { group_commit_ms: 1 }, { group_commit_ms: 1_000 }],
	[{}, {}, { polling_fallback: false }],
	[{}, {}, { silence_ms: 20_000 }],
	// Above the built-in budget, within the site's limit, and far beyond it.
	[{}, {}, { lookups_per_minute: 20 }, { lookups_per_minute: 120 }],
];

export function drawOptions(random: Random): ConfigInput {
	const drawn = groups.map((group) => group[Math.floor(random() * group.length)] ?? {});
	return Object.assign({}, ...drawn) as ConfigInput;
}
