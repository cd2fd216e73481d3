/** How the page looks: one column of sections, light and dark, from a phone's width to a wide screen's, and on paper. */

import { paletteCss } from './palette.ts'

const extra = {
  light: '--raised:#f6f8fa;--accent:0 114 178;--link:#005f94;--good:#00734f;--bad:#b03a00;',
  dark: '--raised:#1b1f24;--accent:63 155 230;--link:#7cc0f5;--good:#3fd0a4;--bad:#ff9a5c;',
} as const

const variables = (mode: 'light' | 'dark') => paletteCss(mode) + extra[mode]

/** The style sheet. */
export const styleSheet: string = `
:root{color-scheme:light dark;${variables('light')}}
@media (prefers-color-scheme:dark){:root{${variables('dark')}}}
*{box-sizing:border-box}
html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:84rem;padding:0 clamp(1rem,4vw,2.5rem) 3rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:break-word}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid rgb(var(--accent));outline-offset:3px;border-radius:3px}
code{font:.875em/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
p{max-width:70ch;margin:.5rem 0}
.note,.interval,.kicker,dt,footer,.lead{color:var(--faint)}
.note{font-size:.875rem;font-weight:400}
.hidden,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:fixed;z-index:3;top:.5rem;left:.5rem;padding:.5rem .75rem;background:var(--ground)}
header{padding-top:clamp(1.5rem,5vw,3.5rem)}
.kicker{font-size:.875rem;margin:0}
h1{font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.15;letter-spacing:-.015em;margin:.15rem 0 .4rem;text-wrap:balance}
h2{font-size:1.4rem;letter-spacing:-.01em;line-height:1.25;margin:0 0 .5rem}
h2 .note{display:block;font-size:1rem;letter-spacing:0}
h3{font-size:1.1rem;line-height:1.3;margin:0 0 .25rem}
section{margin-top:2.75rem;padding-top:1.5rem;border-top:1px solid var(--line)}
section>h3{margin-top:1.5rem}
dl,dd{margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.75rem 2rem;margin:1.25rem 0 0}
dt{font-size:.8125rem}
.facts>div{min-width:0;overflow-wrap:anywhere}
.method{display:inline-block;max-width:100%;margin-right:.6em}
.method .plot,th .plot,.of .plot,.names .plot{display:inline-block;width:14px;height:14px;vertical-align:-.12em;margin-right:.35em;flex:none}
nav{position:sticky;z-index:2;top:0;margin:1.75rem calc(-1*clamp(1rem,4vw,2.5rem)) 0;padding:0 clamp(1rem,4vw,2.5rem);background:var(--ground);border-bottom:1px solid var(--line);overflow-x:auto;scrollbar-width:none}
nav ul{display:flex;gap:1.4rem;list-style:none;margin:0;padding:.55rem 0;font-size:.9375rem;white-space:nowrap}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav+main>section:first-child{margin-top:0;border-top:0}
.scroll{overflow-x:auto;max-width:100%;position:relative}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-size:.8125rem;color:var(--faint);vertical-align:bottom}
.number{text-align:right;white-space:nowrap}
.none{color:var(--faint)}
.group th{font-weight:600}
.plain tbody th{white-space:nowrap}
tr.group>*{padding-top:1.1rem}
.overview{width:min(100%,18rem + 10.5rem*var(--methods));margin-top:.75rem}
.overview th:first-child{position:sticky;left:0;z-index:1;background:var(--ground);min-width:12.5rem;padding-left:0}
.overview thead th:not(:first-child){color:var(--ink);text-align:right;min-width:7rem}
.overview th .note{display:block;line-height:1.25}
.overview td{text-align:right;white-space:nowrap;background:rgb(var(--accent)/var(--rank,0))}
.overview .group td{color:var(--faint);font-size:.8125rem;background:none;vertical-align:bottom}
.mean{display:block;font-weight:600}
.interval{display:block;font-size:.8125rem;color:color-mix(in srgb,var(--ink) 76%,transparent)}
.best{margin-right:.3em;color:rgb(var(--accent))}
.arrow{color:var(--faint);cursor:help}
.passes{color:var(--good);white-space:nowrap}
.fails{color:var(--bad);white-space:nowrap;font-weight:600}
.warnings,.missing{padding-left:1.1rem;margin:.5rem 0;max-width:70ch}
.missing{font-size:.875rem;color:var(--faint)}
.card{padding:1.25rem 0 1.5rem}
.card+.card{border-top:1px dashed var(--line)}
.words{grid-row:span var(--rows);min-width:0;overflow-wrap:anywhere}
.words p{margin:.25rem 0 .75rem}
.about{display:grid;gap:.4rem;font-size:.875rem}
.about>div{display:grid;grid-template-columns:5.5rem minmax(0,1fr)}
.about dt{line-height:1.6}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1.5rem 2.5rem;align-items:start}
figure{margin:0;min-width:0;max-width:34rem;break-inside:avoid}
figure.wide{grid-column:1/-1;max-width:none}
figcaption{font-size:.875rem;line-height:1.4;margin-bottom:.4rem}
figcaption .note{display:block}
.plot{display:block;width:100%;height:auto;overflow:visible}
.plot text{white-space:pre}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1rem 1.5rem}
.panels p{margin:.25rem 0 0;font-size:.875rem;font-weight:600}
.panels .plot{max-width:18.5rem}
summary{cursor:pointer}
.numbers{margin-top:.75rem;font-size:.9375rem}
.numbers>summary,.note>summary{color:var(--link);font-size:.875rem;width:fit-content}
.input{border-bottom:1px solid var(--line)}
.input>summary{padding:.6rem 0}
.input .id{font-weight:600;margin-right:.75em}
.names,.pictures{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,14rem));gap:.6rem}
.names{font-size:.8125rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
.pictures{margin-top:.5rem;align-items:end}
.cell{min-width:0}
.cell img{display:block;width:100%;height:auto;border-radius:3px}
.places{image-rendering:pixelated}
.of{display:none;font-size:.8125rem;line-height:1.3;margin-bottom:.2rem}
.drilled{padding:.5rem 0 1.5rem}
.small{margin-top:1.25rem}
.text{font-size:.9375rem;line-height:1.8}
.text mark{padding:.1em .2em;border-radius:.2em}
.text .open{padding-right:0}
.text .joined{padding-left:0}
.text .special{font:.75em ui-monospace,monospace;outline:1px dashed var(--faint);outline-offset:-1px}
.text small{margin-left:.4em}
.text p{margin:0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.875rem;max-width:70ch}
@media (max-width:76rem),print{.words{grid-row:auto}}
@media (max-width:48rem){
.names{display:none}
.pictures{grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr))}
.of{display:block}
.overview th:first-child{min-width:7.5rem;max-width:8.5rem;padding-right:.4rem}
.overview thead th:not(:first-child){min-width:4.6rem}
.overview td,.overview thead th{padding-left:.4rem;padding-right:.4rem}
.overview td{white-space:normal}
.overview th .plot{display:block;margin:0 0 .15rem auto}
.plain.values th:first-child{white-space:normal;position:sticky;left:0;background:var(--ground);max-width:9rem;padding-left:0}
.input .note{display:block}
}
@media print{
:root{color-scheme:light;${variables('light')}}
body{max-width:none;padding:0;font-size:10pt}
nav,.skip{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow:visible}
.overview th:first-child{position:static}
.overview{font-size:8.5pt}
.overview thead th:not(:first-child),.overview th:first-child{min-width:0}
.overview th,.overview td{padding:.2rem .35rem;white-space:normal}
.interval,.overview .note,.plain .note,.overview .group td{font-size:7pt}
.figures{grid-template-columns:repeat(2,minmax(0,1fr))}
.panels{grid-template-columns:repeat(3,minmax(0,1fr))}
.plain{font-size:8.5pt}
section,.card,tr{break-inside:avoid-page}
section{break-inside:auto}
h2,h3{break-after:avoid}
a{color:inherit;text-decoration:none}
}
`
