import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";

/** The machine on which figures were measured. */
export interface Machine {
	cpu: string;
	cores: number;
	memoryGb: number;
	system: string;
	node: string;
	/** Load of the last minute before the run began: figures of a loaded machine are not reliable. */
	loadBefore: number;
}

export function describeMachine(): Machine {
	const cores = cpus();
	return {
		cpu: cores[0]?.model.trim() ?? "unknown",
		cores: cores.length,
		memoryGb: Math.round(totalmem() / 2 ** 30),
		system: `${platform()} ${release()} ${arch()}`,
		node: process.versions.node,
		loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
	};
}

export function machineText({ cpu, cores, memoryGb, system, node, loadBefore }: Machine): string {
	return `${cores} cores of ${cpu}, ${memoryGb} GB, ${system}, Node ${node}, load before ${loadBefore}`;
}
