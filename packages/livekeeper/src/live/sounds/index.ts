export { maxSoundBytes, Sounds, soundTooLarge, unsupportedSound } from "./sounds.ts";
