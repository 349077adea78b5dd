import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** It computes until its parent is gone, and yields to nothing but to hear of that. */
const work = `
	process.stdin.resume().on("end", () => process.exit());
	const spin = () => {
		const end = Date.now() + 50;
		while (Date.now() < end);
		setImmediate(spin);
	};
	spin();
`;

/** A load of this many processes that compute. @returns what ends them */
export async function busyMachine(processes: number): Promise<() => Promise<void>> {
	const spinning = Array.from(
		{ length: processes },
		(): ChildProcess => spawn(process.execPath, ["-e", work], { stdio: ["pipe", "ignore", "ignore"] }),
	);
	await Promise.all(spinning.map((child) => once(child, "spawn")));
	return async () => {
		const gone = spinning.map((child) => once(child, "exit"));
		for (const child of spinning) child.kill("SIGKILL");
		await Promise.all(gone);
	};
}
