// How `npm` and `npx` are started on every system, and what is said where that fails. Node's own modules only.

/**
 * What `spawn` is given. On Windows both are `.cmd` files, which Node starts through a shell alone; what it is given
 * then is one line, so arguments are quoted here.
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function startOf(program, args, platform = process.platform) {
	if (platform !== "win32") return { command: program, args, shell: false };
	return { command: [`${program}.cmd`, ...args.map(quoted)].join(" "), args: [], shell: true };
}

/** For cmd.exe, and for what splits the line again behind it: a backslash before a quote would take the quote's meaning. */
function quoted(arg) {
	if (/^[\w@./:=\\+-]+$/.test(arg)) return arg;
	return `"${arg.replaceAll(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, "$1$1")}"`;
}

/** cmd.exe's exit status where there is no such program. */
const noSuchProgram = 9009;

/**
 * Why npm did not do what it was asked, and what to do. Empty where it did it.
 * @param {{ status: number | null, signal?: string | null, error?: NodeJS.ErrnoException }} ended as `spawnSync` says it
 */
export function npmFailure(task, { status, signal, error }) {
	const code = error?.code ?? (status === noSuchProgram ? "ENOENT" : undefined);
	if (code === "ENOENT") {
		return "npm was not found. It comes with Node: install Node 24 from https://nodejs.org, open a new terminal, and run the same command again.";
	}
	if (error) return `npm could not be started (${error.message}). Mend that, then run the same command again.`;
	if (status === 0) return "";
	const how = signal ? `was ended by ${signal}` : `failed with status ${status}`;
	return `npm ${task} ${how}: its message above says why. Run the same command again once that is mended.`;
}
