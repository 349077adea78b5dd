import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Computes until its parent is gone, and only yields to notice that. */
const work = `
	process.stdin.resume().on("end", () => process.exit());
	const spin = () => {
		const end = Date.now() + 50;
		while (Date.now() < end);
		setImmediate(spin);
	};
	spin();
`;

/** Starts a number of processes that only compute. @returns a function that ends them */
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
