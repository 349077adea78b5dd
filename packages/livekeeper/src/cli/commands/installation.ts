import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { type Text, verbatim } from "@livekeeper/base/text";
import type { Command } from "commander";
import { homeFolder, programFile, starterEnv } from "../../config/home.ts";
import { serviceUrl } from "../../config.ts";
import { commandFailures, commandTexts, helpTexts, updateTexts } from "../../text/index.ts";
import { version } from "../../version.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { carryOut, showSteps } from "../system-service/carry-out.ts";
import type { Setup, SystemService } from "../system-service/systems.ts";
import { systemServiceOf } from "../system-service/systems.ts";
import { withService } from "../with-service.ts";

const actions = ["install", "uninstall", "status"] as const satisfies readonly (keyof SystemService)[];

/** `service install`, `uninstall` and `status`: manage livekeeper as a program that the system starts at login. */
export function serviceCommands(program: Command, io: Io): void {
	const { language } = io;
	const service = program.command("service").description(helpTexts.service[language]);
	for (const action of actions) {
		const command = service.command(action).description(helpTexts.serviceActions[action][language]);
		if (action !== "status") command.option("--dry-run", helpTexts.dryRun[language]);
		command.action(({ dryRun = false }: { dryRun?: boolean }) => {
			const system = systemServiceOf(process.platform);
			if (!system) {
				const text = commandFailures.noSystemService(process.platform);
				throw new LivekeeperError("system_service_failed", text, { hint: commandFailures.noSystemServiceHint });
			}
			const steps = system[action](setupHere());
			if (dryRun) {
				showSteps(steps, io);
				return;
			}
			carryOut(steps, io);
			if (action !== "status") io.out(commandTexts.serviceDone[action](setupHere().home)[language]);
		});
	}
}

function setupHere(): Setup {
	const { username, uid } = userInfo();
	const starter = process.env[starterEnv];
	const domain = process.env["USERDOMAIN"];
	return {
		userFolder: homedir(),
		temporary: tmpdir(),
		// The starter takes whichever version an update has installed.
		command: starter === undefined ? [process.execPath, programFile, "serve"] : [starter, "serve"],
		home: resolve(homeFolder(process.env, process.cwd())),
		uid: Math.max(0, uid),
		user: domain === undefined ? username : `${domain}\\${username}`,
	};
}

type Flags = Record<string, unknown> & { from: string; key?: string; backup: boolean };

/** `update --from ARCHIVE|URL`: installs a newer version beside the one that runs. */
export function updateCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("update")
		.description(helpTexts.update[language])
		.requiredOption("--from <archive>", helpTexts.updateFrom[language])
		.option("--key <key>", helpTexts.updateKey[language])
		.option("--no-backup", helpTexts.updateNoBackup[language]);
	addConfigFlags(command, io, clientOptions).action(async ({ from, key, backup, ...flags }: Flags) => {
		const { installationOf, publicKeyOf, pointStarters, untilRestarted, update } = await import(
			"../../updates/index.ts"
		);
		const { systemClock } = await import("@livekeeper/douyin");
		const installation = await installationOf(programFile, process.platform);
		const config = configOf(flags);
		const text = key ?? config.updatesKey;
		const publicKey = text === undefined ? undefined : publicKeyOf(text);
		if (text !== undefined && !publicKey) throw new LivekeeperError("update_failed", updateTexts.wrongSignature);
		const runs = await answers(serviceUrl(config));
		const beforeChange = async () => {
			if (runs && backup) await saveData(join(installation.root, `before-update-of-${version}.db`), flags, io);
		};
		const onStep = (step: Text) => io.out(`${step[language]} …`);
		const options = { installation, from, key: publicKey, clock: systemClock, version };
		const installed = await update({ ...options, onStep, beforeChange });
		io.out(`${io.paint("green", "✓")} ${updateTexts.done(verbatim(version), verbatim(installed))[language]}`);
		if (!runs) return;
		io.out(`${updateTexts.restarting[language]} …`);
		const versionNow = () => versionOf(serviceUrl(config), flags, io);
		const ended = await untilRestarted({ version: installed, before: version, clock: systemClock, versionNow }).catch(
			async (error: unknown) => {
				await pointStarters(installation.root, installation.app);
				throw error;
			},
		);
		if (ended === "stays") io.out(updateTexts.restart[language]);
		else io.out(`${io.paint("green", "✓")} ${updateTexts.restarted(verbatim(installed))[language]}`);
	});
}

/** Saves a backup of the running service. @throws LivekeeperError if it can't */
async function saveData(file: string, flags: Record<string, unknown>, io: Io): Promise<void> {
	io.out(`${updateTexts.saving[io.language]} …`);
	const { saveBackup } = await import("../save-backup.ts");
	const { terminalProgress } = await import("../format/progress.ts");
	const [progress, { signal }] = [terminalProgress(io.language), new AbortController()];
	await withService(flags, io, (client) => saveBackup({ client, file, io, progress, signal }));
}

/** Returns the version of the service if it is ready. */
async function versionOf(url: string, flags: Record<string, unknown>, io: Io): Promise<string | undefined> {
	const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
	if (!ready?.ok) return undefined;
	return withService(flags, io, async (client) => (await client.upstream.update()).version).catch(() => undefined);
}

async function answers(url: string): Promise<boolean> {
	const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
	return answer?.ok ?? false;
}
