/**
 * The parts of the documentation that are made from the code's own tables.
 *
 * @module
 */

import {
  type Setting,
  settingsTable,
} from "../../producer/config/settings_table.ts";
import { symptoms } from "../diagnosis/diagnose.ts";
import type { Symptom } from "../diagnosis/symptom.ts";
import { code, wrapped } from "./markdown.ts";

/** A generated part of a page. */
export interface GeneratedPart {
  /** The page, from the project's folder. */
  readonly page: string;
  /** The part's name in its marker lines. */
  readonly name: string;
  /** Its Markdown. */
  readonly text: string;
}

function settingItem({ name, fallback, about }: Setting): string {
  return wrapped(`${code(`${name}=${fallback}`)}: ${about}`, "- ");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function symptomSection(symptom: Symptom): string {
  const { shows, fix, commands = [] } = symptom;
  const cause = symptom.stack === undefined
    ? sentence(symptom.cause)
    : `On the native stack: ${symptom.cause}`;
  const typed = commands.map(code).join(", then ");
  const full = typed === "" ? fix : `${fix}: ${typed}`;
  return [
    `### ${shows.split(" / ").map(code).join(" or ")}`,
    wrapped(`${cause}. Fix: ${full}.`),
  ].join("\n\n");
}

/** All parts; `deno task docs` writes them. */
export const generatedParts: readonly GeneratedPart[] = [
  {
    page: "docs/configuration.md",
    name: "settings",
    text: settingsTable.map(settingItem).join("\n"),
  },
  {
    page: "docs/troubleshooting.md",
    name: "symptoms",
    text: symptoms.map(symptomSection).join("\n\n"),
  },
];
