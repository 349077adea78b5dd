import type { ConfigInput } from "livekeeper";

type Random = () => number;

/**
 * Choices of the service's options: of each group one is drawn, weighted by how often it is named. A new option that
 * changes how rooms are kept belongs here.
 */
const groups: readonly (readonly ConfigInput[])[] = [
	[{}, {}, { starts_per_second: 2 }],
	[{}, { strategy: "adaptive" }],
	[{}, {}, { health: "fixed" }],
	[{}, {}, { queue_mb: 1 }],
	[{}, { group_commit_ms: 1 }, { group_commit_ms: 1_000 }],
	[{}, {}, { polling_fallback: false }],
	[{}, {}, { silence_ms: 20_000 }],
	// More than the built-in budget, within what the site allows, and far beyond.
	[{}, {}, { lookups_per_minute: 20 }, { lookups_per_minute: 120 }],
];

export function drawOptions(random: Random): ConfigInput {
	const drawn = groups.map((group) => group[Math.floor(random() * group.length)] ?? {});
	return Object.assign({}, ...drawn) as ConfigInput;
}
