import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";

/** How people start this livekeeper. */
export interface Launch {
	/** Words before a command's name in a terminal: `npx livekeeper`. */
	command: string;
	/** Command that shows simulated rooms; `null` in a container, whose command line only its owner knows. */
	demo: string | null;
}

/** Inputs to {@link launchOf}. */
export interface LaunchPlace {
	/** The package's folder. */
	packageFolder: string;
	platform: NodeJS.Platform;
	exists: (file: string) => boolean;
}

/**
 * Recognises an unpacked archive (its starter lies beside the folder of the version), a clone (it has the scripts of `npm start`), a
 * package installed locally or globally, and a container (packages without scripts).
 */
export function launchOf({ packageFolder, platform, exists }: LaunchPlace): Launch {
	const { join, dirname, basename } = platform === "win32" ? win32 : posix;
	const parent = dirname(packageFolder);
	if (basename(parent) === "node_modules") {
		const holder = dirname(parent);
		const starter = platform === "win32" ? "livekeeper.cmd" : "livekeeper";
		if (/^app(-|$)/.test(basename(holder)) && exists(join(dirname(holder), starter))) {
			if (platform === "win32") return { command: "livekeeper.cmd", demo: "demo.cmd" };
			return { command: "./livekeeper", demo: "./livekeeper serve --open --demo" };
		}
		const command = exists(join(holder, "package.json")) ? "npx livekeeper" : "livekeeper";
		return { command, demo: `${command} serve --demo` };
	}
	if (exists(join(dirname(parent), "scripts", "start.mjs"))) {
		return { command: "npx livekeeper", demo: "npm start -- --demo" };
	}
	return { command: "livekeeper", demo: null };
}

/** Launch of this process. The path is equally deep in sources and in the bundle. */
export const launch: Launch = launchOf({
	packageFolder: fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, ""),
	platform: process.platform,
	exists: existsSync,
});

const commands =
	"serve|start|stop|status|top|identity|identities|tokens|connections|site|update|upstream|nodes|import|watch|gifts|mcp|report|highlights|words|export|beside|backup|doctor|diagnose|simulate";
const named = new RegExp(`(?<![\\w./@-]|npx )livekeeper (?=(?:${commands}|--help)(?![\\w-]))`, "g");

/** Replaces commands such as `livekeeper status` in a text by what is typed here. */
export function asTyped(text: string, { command }: Pick<Launch, "command"> = launch): string {
	if (command === "livekeeper" || !text.includes("livekeeper ")) return text;
	return text.replaceAll(named, `${command} `);
}
