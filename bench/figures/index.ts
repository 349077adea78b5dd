import type { Bench } from "../kit/bench.ts";
import { cluster } from "./cluster.ts";
import { decodeBenches } from "./decode.ts";
import { delayBenches } from "./delay.ts";
import { eventBenches } from "./events.ts";
import { exports } from "./export.ts";
import { fanOutBenches, fanOutGrowth } from "./fan-out.ts";
import { growthBenches } from "./growth.ts";
import { logBenches } from "./log.ts";
import { logAnswers } from "./log-answers.ts";
import { logSize } from "./log-size.ts";
import { sustainedBenches } from "./log-sustained.ts";
import { aggregatesMemory, memory } from "./memory.ts";
import { page } from "./page.ts";
import { start } from "./start.ts";
import { storm } from "./storm.ts";

/** `figures` runs by default; the others take longer, or need more than this machine has. */
export const groups: Readonly<Record<string, readonly Bench[]>> = {
	figures: [
		...decodeBenches,
		...eventBenches,
		...logBenches,
		logSize,
		logAnswers,
		...fanOutBenches,
		...delayBenches,
		memory,
		aggregatesMemory,
		start,
		storm,
		page,
		exports,
	],
	growth: [...growthBenches, fanOutGrowth],
	sustained: sustainedBenches,
	cluster: [cluster],
};

export const all: readonly Bench[] = Object.values(groups).flat();
