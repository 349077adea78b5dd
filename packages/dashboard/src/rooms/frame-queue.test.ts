import { expect, test } from "vitest";
import { FrameQueue, maxPerFrame } from "./frame-queue.ts";

function framed() {
	const frames: (() => void)[] = [];
	const ran: number[] = [];
	const queue = new FrameQueue((run) => frames.push(run));
	const tasks = Array.from({ length: 3 * maxPerFrame }, (_, i) => () => void ran.push(i));
	return { frames, ran, queue, tasks };
}

test("runs few tasks per frame, each once, oldest first", () => {
	const { frames, ran, queue, tasks } = framed();
	for (const task of [...tasks, ...tasks]) queue.add(task);
	expect([frames.length, ran.length]).toEqual([1, 0]);
	for (let frame = 1; frames.length > 0; frame++) {
		frames.shift()?.();
		expect(ran).toHaveLength(frame * maxPerFrame);
	}
	expect(ran).toEqual(tasks.map((_, i) => i));
});

test("runs no deleted task, and continues after an empty frame", () => {
	const { frames, ran, queue, tasks } = framed();
	for (const task of tasks) queue.add(task);
	for (const task of tasks) queue.delete(task);
	frames.shift()?.();
	expect([ran, frames]).toEqual([[], []]);
	for (const task of tasks.slice(0, 1)) queue.add(task);
	frames.shift()?.();
	expect(ran).toEqual([0]);
});
