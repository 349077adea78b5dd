import { diagnosisTexts, helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import { padColumns } from "../format/width.ts";
import type { Io } from "../io.ts";
import { saveFile } from "../save-file.ts";
import { withService } from "../with-service.ts";

interface Flags extends Record<string, unknown> {
	out?: string;
	keepRoomNumbers?: boolean;
	doctor?: boolean;
}

/** `diagnose`: saves what explains a problem as one archive, and lists what is in it. */
export function diagnoseCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("diagnose")
		.description(helpTexts.diagnose[language])
		.option("--out <file>", helpTexts.diagnoseFile[language])
		.option("--keep-room-numbers", helpTexts.diagnoseRooms[language])
		.option("--no-doctor", helpTexts.diagnoseNoDoctor[language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: Flags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		try {
			const question = { doctor: flags.doctor !== false, keepRoomNumbers: flags.keepRoomNumbers === true };
			const bundle = await withService(flags, io, (client) => client.diagnose({ ...question, signal: stop.signal }));
			const file = flags.out ?? bundle.fileName;
			await saveFile(chunksOf(bundle.zip), file, { signal: stop.signal });
			io.out(`${io.paint("green", "✓")} ${diagnosisTexts.saved(file)[language]}`);
			const width = Math.max(...bundle.files.map(({ name }) => name.length));
			for (const { name, about } of bundle.files) io.out(`  ${padColumns(name, width)}  ${about}`);
		} catch (error) {
			if (!stop.signal.aborted) throw error;
			process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
		}
	});
}

async function* chunksOf(zip: Blob): AsyncGenerator<Uint8Array, void> {
	yield new Uint8Array(await zip.arrayBuffer());
}
