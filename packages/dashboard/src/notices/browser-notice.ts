import { type Ref, ref } from "vue";
import { SoundPlayer } from "../overlay/gift-sounds.ts";
import { after, PlayQueue } from "../overlay/play-queue.ts";

/** `none`: the browser has no notifications, or only for pages over HTTPS or from this machine. */
type Permission = NotificationPermission | "none";

function permissionNow(): Permission {
	const able = "Notification" in globalThis && isSecureContext && "locks" in navigator;
	return able ? Notification.permission : "none";
}

/** Whether this browser allows the page to show notifications. */
export const permission: Ref<Permission> = ref(permissionNow());

/** Asks for the permission. Call it only on a user's click. */
export async function askPermission(): Promise<void> {
	if (permissionNow() === "default") await Notification.requestPermission();
	permission.value = permissionNow();
}

export interface BrowserNotice {
	title: string;
	body: string;
	onClick?: () => void;
}

/**
 * Shows a notification; names and messages are plain text, which no browser parses as HTML.
 * @throws TypeError if only a service worker may show notifications
 */
export function showNotice({ title, body, onClick }: BrowserNotice): void {
	const notice = new Notification(title, { body });
	notice.onclick = () => {
		window.focus();
		notice.close();
		onClick?.();
	};
}

const player = new SoundPlayer({ sound: 70, sound_of: "chime" }, after);
/** A sound that the browser does not start is given up after 5 s. */
const sounds = new PlayQueue<{ key: number; diamonds: number }>(player, 5_000, after);
let rung = 0;

/** Plays the sound, which is audible once the user has clicked into the page since it was loaded. */
export function ring(): void {
	sounds.add({ key: ++rung, diamonds: 100 }, false);
}
