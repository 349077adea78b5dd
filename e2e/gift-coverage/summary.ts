import { type Judged, type Shown, shownOf } from "./judge.ts";
import { type Mode, modes } from "./plan.ts";

const kinds: readonly Shown[] = ["room total", "scores only", "nothing"];

/** Returns the table of docs/reliability.md, and the broken promises as sentences. */
export function summaryOf(judged: readonly Judged[]): string {
	const rows = kinds.flatMap((kind) =>
		modes.flatMap((mode) => {
			const some = judged.filter(({ plan }) => shownOf(plan) === kind && plan.mode === mode);
			return some.length > 0 ? [rowOf(kind, mode, some)] : [];
		}),
	);
	const head = [
		"shown",
		"mode",
		"broadcasts",
		"worst error",
		"of the whole",
		"withheld, reported wrongly",
		"unknown right",
	];
	const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
	return [...lines, ...judged.flatMap(complaintsOf)].join("\n");
}

function rowOf(kind: Shown, mode: Mode, some: readonly Judged[]): string[] {
	const worst = (errors: (number | undefined)[]) => {
		const known = errors.filter((error) => error !== undefined);
		return known.length > 0 ? Math.max(...known).toFixed(3) : "";
	};
	const [ofJudged, ofWhole] = [some.map(({ error }) => error), some.map(({ errorOfWhole }) => errorOfWhole)];
	const wrongly = some.filter(({ wronglyWithheld }) => wronglyWithheld).length;
	const unknown = some.filter(({ unknownRight }) => unknownRight).length;
	const first = [kind, mode, `${some.length}`, worst(ofJudged), worst(ofWhole)];
	return [...first, `${wrongly}`, kind === "nothing" ? `${unknown}` : ""];
}

function complaintsOf({ plan, truth, reported, broken }: Judged): string[] {
	if (broken.length === 0) return [];
	const { looks: _, gifts: __, totals: ___, ...rest } = reported;
	const facts = JSON.stringify({ plan, truth, reported: rest });
	return broken.map((words) => `✗ ${plan.mode}: ${words}\n  ${facts}`);
}
