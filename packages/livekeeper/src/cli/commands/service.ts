import { homedir, tmpdir, userInfo } from "node:os";
import { resolve } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { commandFailures, commandTexts, helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { homeFolder, starterEnv } from "../../config/home.ts";
import type { Io } from "../io.ts";
import { programFile } from "../program-file.ts";
import { carryOut, showSteps } from "../system-service/carry-out.ts";
import type { Setup, SystemService } from "../system-service/plan.ts";
import { systemServiceOf } from "../system-service/systems.ts";

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
