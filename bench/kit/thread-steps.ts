import { setTimeout as pause } from "node:timers/promises";
import type { Measured } from "./bench.ts";
import { cpuOf } from "./cpu.ts";

/** One step of a run: CPU of the process's threads in it, ms, and the events that were stored in it. */
export interface Step {
	events: number;
	all: number;
	main: number;
	writer: number;
}

export interface StepPlan {
	/** Id of the process. */
	pid: number;
	steps: number;
	stepMs: number;
	/** Returns the number of events stored so far. */
	stored: () => number;
}

/** Measures a process step by step while it works. */
export async function watchSteps({ pid, steps, stepMs, stored }: StepPlan): Promise<Step[]> {
	const startedAt = performance.now();
	const sample = () => ({ events: stored(), ...cpuOf(pid) });
	const samples = [sample()];
	while (samples.length <= steps) {
		await pause(startedAt + samples.length * stepMs - performance.now());
		samples.push(sample());
	}
	return samples.slice(1).map((now, index) => {
		const before = samples[index] ?? now;
		return {
			events: now.events - before.events,
			all: now.all - before.all,
			main: now.main - before.main,
			writer: now.writer - before.writer,
		};
	});
}

/** Returns the CPU per event over all steps, µs, and that of the log's writer in its calmest and its busiest step. */
export function perEvent(steps: readonly Step[]): Measured["took"] {
	const sum = (key: keyof Step) => steps.reduce((total, step) => total + step[key], 0);
	const events = sum("events");
	const each = (ms: number) => (ms * 1000) / events;
	const writers = steps.map((step) => (step.writer * 1000) / step.events);
	return {
		all: each(sum("all")),
		main: each(sum("main")),
		writer: each(sum("writer")),
		"writer, least": Math.min(...writers),
		"writer, most": Math.max(...writers),
	};
}
