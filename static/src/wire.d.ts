// Made by static/wire_types.py from speedboat/domain/records.py: do not edit.

export interface Patch {
  since: number;
  to: number;
  put: Array<WorkshopRecord | PersonRecord | CardRecord | ThemeRecord | VoteRecord | EstimateRecord | LinkRecord | ActionRecord>;
  remove: Array<string>;
}

export interface WorkshopRecord {
  type: "workshop";
  id: string;
  seq: number;
  title: string;
  objective: string;
  phase: "act" | "closed" | "cut" | "discuss" | "group" | "share" | "vote" | "welcome" | "write";
  kinds_open: Array<"anchor" | "shark" | "wind">;
  prompts: Partial<Record<"anchor" | "shark" | "wind", string>>;
  timer: Timer | null;
  focus: string | null;
  locked: boolean;
  door: "approve" | "closed" | "open" | "passphrase";
  settings: Settings;
  progress: Progress;
  shared?: boolean;
}

export interface PersonRecord {
  type: "person";
  id: string;
  seq: number;
  name: string;
  role: "facilitator" | "participant";
  ready?: boolean;
  waiting?: boolean;
  removed?: boolean;
}

export interface CardRecord {
  type: "card";
  id: string;
  seq: number;
  kind: "anchor" | "shark" | "wind";
  x: number;
  y: number;
  weight: number;
  text?: string;
  agrees?: number;
  theme?: string;
  author?: string;
  mine?: boolean;
  agreed?: boolean;
  held?: string;
  deleted?: boolean;
  for?: string;
  note?: string;
}

export interface ThemeRecord {
  type: "theme";
  id: string;
  seq: number;
  title: string;
  note?: string;
  deleted?: boolean;
}

export interface VoteRecord {
  type: "vote";
  id: string;
  seq: number;
  target: string;
  mine: number;
  total?: number;
}

export interface EstimateRecord {
  type: "estimate";
  id: string;
  seq: number;
  target: string;
  mine?: number;
  n?: number;
  median?: number;
  low?: number;
  high?: number;
}

export interface LinkRecord {
  type: "link";
  id: string;
  seq: number;
  wind: string;
  brake: string;
}

export interface ActionRecord {
  type: "action";
  id: string;
  seq: number;
  text: string;
  state: "accepted" | "done" | "proposed";
  owner?: string;
  due?: string;
  theme?: string;
  from?: string;
}

export interface Timer {
  ends?: number;
  left?: number;
}

export interface Settings {
  anonymous: boolean;
  votes_each: number;
  votes_per_theme: number;
  minutes_per_theme: number;
  free: boolean;
  one_phone_one_person: boolean;
  language: "en" | "fr";
}

export interface Progress {
  ready: number;
  voted: number;
  estimated: number;
  of: number;
}

export type AnyRecord =
  | WorkshopRecord
  | PersonRecord
  | CardRecord
  | ThemeRecord
  | VoteRecord
  | EstimateRecord
  | LinkRecord
  | ActionRecord;
