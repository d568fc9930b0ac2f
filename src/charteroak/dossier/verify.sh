#!/bin/sh
# Checks this dossier with public programs alone: sh, sha256sum (or shasum), openssl and xxd.
# It reads the folder it stands in, writes nothing, and needs no network. VERIFY.md explains each step and gives
# the command to do it by hand. Exit code: 0 everything holds, 1 something does not, 2 it could not (all) be checked.
#
# A script cannot vouch for itself: compare its SHA-256 (sha256sum verify.sh) with the one you were given elsewhere.

LC_ALL=C
export LC_ALL
unset IFS
set -f
newline='
'
record=09-record
bad=0
first=
unchecked=0
first_unchecked=

# Whoever made this folder chose its names and lines. None is run, and none reaches a terminal that could be steered
# by it: sets $shown to a text of printable ASCII.
show() { # TEXT
    shown=$1
    case $1 in *[!\ -~]*) shown='(a text with other characters)' ;; esac
}

fail() { # FILE REASON
    show "$1: $2"
    printf '   BAD  %s\n' "$shown"
    bad=$((bad + 1))
    [ -n "$first" ] || first=$shown
}

cannot() { # FILE REASON: this one check is not made; the others go on
    printf '   COULD NOT  %s: %s\n' "$1" "$2"
    unchecked=$((unchecked + 1))
    [ -n "$first_unchecked" ] || first_unchecked="$1: $2"
}

could_not() { # WHAT REASON
    printf 'COULD NOT: %s: %s\n' "$1" "$2"
    exit 2
}

stop_if_bad() {
    [ "$bad" -eq 0 ] && return 0
    printf 'FAILED: %s\n' "$first"
    exit 1
}

# Sets $text to the whole of a text file.
read_text() { # FILE
    text=
    [ -f "$1" ] || { fail "$1" "is missing"; return 1; }
    while IFS= read -r line || [ -n "$line" ]; do
        text="$text$line$newline"
    done <"$1"
}

# Sets $hex to the bytes of a file.
read_hex() { # FILE
    hex=
    for line in $(xxd -p "$1" 2>/dev/null); do hex=$hex$line; done
}

# Sets $base64 to the bytes of $1 in base64.
encode() { # HEXADECIMAL
    base64=
    for line in $(printf '%s\n' "$1" | xxd -r -p | openssl base64); do base64=$base64$line; done
}

# Sets $hash to the SHA-256 of the bytes of $1.
hash_hex() { # HEXADECIMAL
    hash=$(printf '%s' "$1" | xxd -r -p | $quick)
    hash=${hash%% *}
}

is_number() { # TEXT: a decimal of at most nine digits, without leading zeroes
    case $1 in '' | *[!0-9]* | 0?* | ??????????*) return 1 ;; esac
}

is_hash() { # TEXT
    [ ${#1} -eq 64 ] || return 1
    case $1 in *[!0-9a-f]*) return 1 ;; esac
}

# Sets $padded to an index or a size as it stands in file names.
pad() { # NUMBER
    padded=$1
    while [ ${#padded} -lt 6 ]; do padded=0$padded; done
}

# Is this the Ed25519 signature? 0 yes, 1 no, 2 this openssl cannot tell.
check_ed25519() { # PEM MESSAGE SIGNATURE
    openssl pkeyutl -verify -rawin -pubin -inkey "$1" -in "$2" -sigfile "$3" >/dev/null 2>&1 && return 0
    [ $knows_ed25519 = yes ] && return 1
    return 2
}

check_p256() { # PEM MESSAGE SIGNATURE
    openssl dgst -sha256 -verify "$1" -signature "$3" "$2" >/dev/null 2>&1
}

# ------------------------------------------------------------------------------------------------------------------

case $0 in
*/*) cd "${0%/*}" || could_not "${0%/*}" "cannot be entered" ;;
esac
[ "$(printf '616263' | xxd -r -p 2>/dev/null)" = abc ] || could_not xxd "does not work here"
version=$(openssl version 2>/dev/null)
[ -n "$version" ] || could_not openssl "does not work here"
knows_ed25519=no
knows_attime=no
case $version in
"OpenSSL "[3-9].* | "OpenSSL "[1-9][0-9].*) knows_ed25519=yes knows_attime=yes ;;
"OpenSSL 1.1."*) knows_attime=yes ;;
esac
abc=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
sums=
quick=
for tool in sha256sum 'shasum -a 256'; do
    hash=$(printf abc | $tool 2>/dev/null)
    if [ -z "$sums" ] && [ "${hash%% *}" = $abc ]; then sums=$tool; fi
done
[ -n "$sums" ] || could_not sha256sum "neither sha256sum nor shasum works here"
for tool in sha256sum 'openssl dgst -sha256 -r' 'shasum -a 256'; do
    hash=$(printf abc | $tool 2>/dev/null)
    if [ -z "$quick" ] && [ "${hash%% *}" = $abc ]; then quick=$tool; fi
done
for file in MANIFEST.sha256 MANIFEST.sha256.ed25519.sig MANIFEST.sha256.p256.sig; do
    [ -f "$file" ] || fail "$file" "is missing"
done
stop_if_bad

printf '%s\n' "Compare these with what you were given apart from this folder:"
for file in MANIFEST.sha256 verify.sh; do
    hash=$($sums "$file")
    printf '   SHA-256 of %s  %s\n' "$file" "${hash%% *}"
done

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "1. Every file has the SHA-256 that the manifest lists, and there is no other file"

# Reads the list: $listed has its files in order; leaf_<index>, body_<index>, parts_<index> and evidence_<digest>
# what step 3 needs of them.
read_manifest() {
    lines=0
    leaves=0
    safe=yes
    listed=
    order=
    few=
    while IFS= read -r line || [ -n "$line" ]; do
        lines=$((lines + 1))
        digest=${line%%  *}
        file=${line#*  }
        case $file in '' | /* | *..* | *[!A-Za-z0-9._/-]*) digest= ;; esac
        if ! is_hash "$digest" || [ "$line" != "$digest  $file" ]; then
            fail MANIFEST.sha256 "line $lines is not '<SHA-256>  <file>'"
            safe=no
            continue
        fi
        case $file in
        $record/entries/*)
            name=${file#"$record/entries/"}
            index=${name%%.*}
            name=${name#*.}
            case $index:$name in
            *[!0-9]*:* | :* | *:*[!A-Za-z0-9-]*) fail "$file" "is no file of an entry" ;;
            *:leaf) eval "leaf_$index=\$digest" && leaves=$((leaves + 1)) ;;
            *:body) eval "body_$index=\$digest" ;;
            *:part-?*) eval "parts_$index=\"\${parts_$index-} \${name#part-}:\$digest\"" ;;
            *) fail "$file" "is no file of an entry" ;;
            esac
            ;;
        08-evidence/*)
            case $file in
            "08-evidence/$digest-"*) eval "evidence_$digest=enclosed" ;;
            *) fail "$file" "does not carry its SHA-256 in its name" ;;
            esac
            ;;
        esac
        few="$few $file"
        # Long texts are joined rarely: a shell copies the whole text each time.
        case $lines in *00) listed=$listed$few few= ;; esac
    done <MANIFEST.sha256
    listed=$listed$few
}
# The manifest is in the order in which a shell lists folders, so that both lists are compared as they are.
list_files() { # DIRECTORY, empty or ending in a slash
    set +f
    for file in "$1"* "$1".[!.]* "$1"..?*; do
        if [ -L "$file" ]; then
            fail "$file" "is a link, not a file"
            safe=no
        elif [ -d "$file" ]; then
            list_files "$file/"
        elif [ -e "$file" ] && [ ! -f "$file" ]; then
            fail "$file" "is a device or a pipe, not a file"
            safe=no
        elif [ -e "$file" ]; then
            case $file in
            MANIFEST.sha256 | MANIFEST.sha256.ed25519.sig | MANIFEST.sha256.p256.sig) continue ;;
            *[!A-Za-z0-9._/-]*) fail "$file" "is not listed in the manifest"; continue ;;
            esac
            few="$few $file"
            seen=$((seen + 1))
            case $seen in *00) order=$order$few few= ;; esac
        fi
    done
    set -f
}
# Only where the two lists part is the whole list searched for a file.
name_unlisted() { # LISTED FILES
    for file in $order; do
        if [ "$file" != "${1-}" ]; then
            case "$listed " in
            *" $file "*) while [ $# -gt 0 ] && [ "$1" != "$file" ]; do shift; done ;;
            *) fail "$file" "is not listed in the manifest"; continue ;;
            esac
        fi
        [ $# -eq 0 ] || shift
    done
}
# Compares the folder with the list, file by file.
compare_files() {
    seen=0
    few=
    list_files ''
    order=$order$few
    checked=0
    sums_checked=
    # A line that leads out of this folder, or a device in it, could keep a program busy for ever: then none is read.
    [ $safe = no ] || sums_checked=$($sums -c MANIFEST.sha256 2>/dev/null)
    IFS=$newline
    for line in $sums_checked; do
        case $line in
        *': OK') checked=$((checked + 1)) ;;
        *': FAILED'*)
            file=${line%: FAILED*}
            if [ -f "$file" ]; then
                fail "$file" "is not the file that was listed: its SHA-256 differs"
            else
                fail "$file" "is missing"
            fi
            ;;
        esac
    done
    unset IFS
    if [ "$checked" -ne "$lines" ] && [ "$bad" -eq 0 ]; then
        fail MANIFEST.sha256 "$checked of its $lines lines could be checked"
    fi
    if [ "$order" != "$listed" ]; then
        name_unlisted $listed
        [ "$bad" -gt 0 ] || fail MANIFEST.sha256 "lists a file twice, or in another order than that of the folder"
    fi
}
read_manifest
compare_files
for file in $listed; do
    case $file in
    $record/entries/* | $record/proofs/*)
        index=${file##*/}
        index=${index%%.*}
        while :; do case $index in 0?*) index=${index#0} ;; *) break ;; esac; done
        if ! is_number "$index" || [ "$index" -ge "$leaves" ]; then fail "$file" "belongs to none of the $leaves entries"; fi
        ;;
    esac
done
for file in 00-READ-ME-FIRST.txt dossier.json VERIFY.md verify.sh 02-determination 03-interval 04-editions \
    05-written-program 06-requirements 07-gaps 08-evidence 09-record 10-late-entries 11-breach-duty-log 12-custody \
    13-certificates 14-software 12-not-enclosed.txt $record/index.txt; do
    case $file in [01][0-9]-*[!t]) file="$file.json $file.txt" ;; esac
    for file in $file; do
        case "$listed " in *" $file "*) ;; *) fail MANIFEST.sha256 "does not list $file" ;; esac
    done
done
printf '   %s of %s files agree.\n' "$checked" "$lines"

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "2. The manifest is signed by the log's two keys"

# A verifier key reads <name>+<key ID>+<base64 of its type and the public key>. The ID is a digest of name, type and
# key for Ed25519 (type 01; 04 for a witness), and of the key alone for P-256 (type 02). The PEM file holds the same
# key as SubjectPublicKeyInfo. Sets $key_name, $key_id and $vkey.
fixed_ed25519=302a300506032b6570032100
fixed_p256=3059301306072a8648ce3d020106082a8648ce3d03010703420004
read_key() { # BASE TYPE
    read_text "$1.vkey" || return 1
    vkey=${text%"$newline"}
    key_name=${vkey%%+*}
    read_text "$1.pem" || return 1
    body=${text#"-----BEGIN PUBLIC KEY-----$newline"}
    body=${body%"-----END PUBLIC KEY-----$newline"}
    der=
    for line in $(printf '%s' "$body" | openssl base64 -d 2>/dev/null | xxd -p); do der=$der$line; done
    case $2:$der in
    02:"$fixed_p256"*) payload=02$der named=$der length=182 ;;
    0[14]:"$fixed_ed25519"*)
        payload=$2${der#"$fixed_ed25519"}
        hex=
        for line in $(printf '%s\n' "$key_name" | xxd -p); do hex=$hex$line; done
        named=$hex$payload
        length=88
        ;;
    *) length=none ;;
    esac
    if [ ${#der} != $length ]; then
        fail "$1.pem" "is no public key of the kind that it should be"
        return 1
    fi
    hash_hex "$named"
    key_id=$(printf '%.8s' "$hash")
    encode "$payload"
    if [ "$vkey" != "$key_name+$key_id+$base64" ]; then
        fail "$1.vkey" "is not the verifier key of $1.pem"
        return 1
    fi
}

before=$bad
keys_good=yes
if read_key $record/keys/log.ed25519 01; then
    show "$vkey"
    printf '   Key  %s\n' "$shown"
    origin=$key_name
else
    keys_good=no
fi
if read_key $record/keys/log.p256 02; then
    show "$vkey"
    printf '   Key  %s\n' "$shown"
    [ "$key_name" = "${origin-}" ] || fail $record/keys/log.p256.vkey "is the key of another log than log.ed25519.vkey"
else
    keys_good=no
fi
check_ed25519 $record/keys/log.ed25519.pem MANIFEST.sha256 MANIFEST.sha256.ed25519.sig
by_ed25519=$?
check_p256 $record/keys/log.p256.pem MANIFEST.sha256 MANIFEST.sha256.p256.sig
by_p256=$?
if [ $by_p256 -ne 0 ] && [ $by_ed25519 -ne 0 ] && [ "$before" -gt 0 ] && [ $keys_good = yes ]; then
    # No signature holds and files differ: the list is the likeliest to have been changed.
    fail MANIFEST.sha256 "is not what the log's keys signed"
    first="MANIFEST.sha256: is not what the log's keys signed"
else
    [ $by_ed25519 -ne 1 ] || fail MANIFEST.sha256.ed25519.sig "does not sign this MANIFEST.sha256: one of the two was changed"
    [ $by_p256 -eq 0 ] || fail MANIFEST.sha256.p256.sig "does not sign this MANIFEST.sha256: one of the two was changed"
fi
[ $by_ed25519 -ne 2 ] || cannot MANIFEST.sha256.ed25519.sig "$version cannot check Ed25519 here"
[ $by_p256 -ne 0 ] || printf '%s\n' "   The P-256 signature verifies."
[ $by_ed25519 -ne 0 ] || printf '%s\n' "   The Ed25519 signature verifies."
stop_if_bad

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "3. Each body and each private part is what its entry commits to: SHA-256(salt || bytes)"
printf '%s\n' "4. Each evidence file that an enclosed body names is here, or listed in 12-not-enclosed.txt"

# The manifest's digest of a .body or .part file is that commitment, and of a .leaf file the leaf hash of RFC 6962
# (the file begins with the byte 00): step 1 has computed them all.
read_text 12-not-enclosed.txt
IFS=$newline
for line in $text; do
    digest=${line%%  *}
    if is_hash "$digest"; then eval "evidence_$digest=withheld"; fi
done
unset IFS

check_evidence() { # BODY MEMBER ENTRY
    rest=$1
    while :; do
        case $rest in *"\"$2\":\""*) ;; *) return 0 ;; esac
        rest=${rest#*"\"$2\":\""}
        digest=${rest%%\"*}
        known=
        if is_hash "$digest"; then eval "known=\${evidence_$digest-}"; fi
        case $known in
        enclosed) enclosed=$((enclosed + 1)) ;;
        withheld) absent=$((absent + 1)) ;;
        *) fail "$record/entries/$3.body" "names evidence $digest, which is not here" ;;
        esac
    done
}

check_body() { # ENTRY HEADER COMMITMENT
    commitment=${2#*'"bodySha256":"'}
    if [ "${commitment%%\"*}" != "$3" ]; then
        fail "$record/entries/$1.body" "body and salt are not what the entry commits to"
        return 0
    fi
    bodies=$((bodies + 1))
    case $2 in
    *'"kind":"evidence.recorded"'* | *'"kind":"exercise.held"'* | *'"kind":"training.completed"'* | *'"kind":"item.taken"'*) member=sha256 ;;
    *'"kind":"program.adopted"'*) member='documentSha256 sha256' ;;
    *) return 0 ;;
    esac
    # 32 bytes of salt, then one line of JSON: the last line that is read holds all of it.
    body=
    while IFS= read -r line || [ -n "$line" ]; do body=$line; done <"$record/entries/$1.body"
    for each in $member; do check_evidence "$body" "$each" "$1"; done
}

check_parts() { # ENTRY HEADER PARTS
    private=
    case $2 in *'"private":{'*) private=${2#*'"private":{'} ;; esac
    private=${private%%\}*}
    for part in $3; do
        name=${part%:*}
        case ",$private," in
        *",\"$name\":\"${part#*:}\","*) parts=$((parts + 1)) ;;
        *) fail "$record/entries/$1.part-$name" "value and salt are not what the entry commits to" ;;
        esac
    done
    while [ -n "$private" ]; do
        name=${private#\"}
        name=${name%%\"*}
        case "$3 " in *" $name:"*) ;; *) withheld_parts=$((withheld_parts + 1)) ;; esac
        case $private in *,*) private=${private#*,} ;; *) private= ;; esac
    done
}

index=0
hashes=
few=
bodies=0
withheld=0
parts=0
withheld_parts=0
enclosed=0
absent=0
while [ "$index" -lt "$leaves" ]; do
    pad "$index"
    eval "leaf=\${leaf_$padded-} body_hash=\${body_$padded-} own=\${parts_$padded-}"
    [ -n "$leaf" ] || { fail "$record/entries/$padded.leaf" "is missing: there are $leaves entries"; break; }
    header=
    IFS= read -r header <"$record/entries/$padded.leaf"
    case $header in
    *"\"index\":$index,"*) ;;
    *) fail "$record/entries/$padded.leaf" "is the header of another entry" ;;
    esac
    if [ -n "$body_hash" ]; then
        check_body "$padded" "$header" "$body_hash"
    else
        withheld=$((withheld + 1))
    fi
    check_parts "$padded" "$header" "$own"
    eval "h_0_$index=\$leaf"
    few="$few $leaf"
    index=$((index + 1))
    case $index in *00) hashes=$hashes$few few= ;; esac
done
hashes=$hashes$few
printf '   %s\n' "$bodies bodies checked, $withheld withheld or erased (their digests are in the log)" \
    "$parts private parts checked, $withheld_parts withheld or erased" \
    "evidence named $((enclosed + absent)) times: $enclosed enclosed, $absent accounted for"
stop_if_bad

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "5. The entries make up the log: its tree (RFC 9162, section 2.1.1) leads to each checkpoint's root"

# Level by level; a last node without a neighbor goes up as it is. h_<level>_<place> is a hash, b_... its base64.
note_base64() { # LEVEL: all hashes of a level at once; 16 zero bytes make each one line of 64 characters
    place=0
    for line in $(printf '%s00000000000000000000000000000000\n' $hashes | xxd -r -p | openssl base64); do
        eval "b_$1_$place=\${line%?????????????????????}="
        place=$((place + 1))
    done
}
# A fresh sh does the many small steps: it is small itself, so that starting programs from it costs little.
join_pairs='
    quick=$1
    while IFS= read -r left; do
        if IFS= read -r right; then
            printf "01%s%s" "$left" "$right" | xxd -r -p | $quick
        else
            printf "%s\n" "$left"
        fi
    done'
level=0
count=$leaves
while [ "$count" -gt 0 ]; do
    note_base64 $level
    eval "count_$level=\$count"
    [ "$count" -gt 1 ] || break
    level=$((level + 1))
    count=$(((count + 1) / 2))
    index=0
    few=
    for hash in $(printf '%s\n' $hashes | sh -c "$join_pairs" join "$quick"); do
        is_hash "$hash" || continue
        eval "h_${level}_$index=\$hash"
        few="$few $hash"
        index=$((index + 1))
    done
    hashes=$few
    [ "$index" -eq "$count" ] || could_not sh "a second sh cannot be started here"
done
top=$level

# Sets $root to the root of the first $1 entries: complete subtrees, joined from the right.
root_of() { # SIZE
    root=
    rest=$1
    level=0
    while [ "$rest" -gt 0 ]; do
        if [ $((rest & 1)) -eq 1 ]; then
            eval "left=\$h_${level}_$((rest - 1))"
            if [ -z "$root" ]; then root=$left; else hash_hex "01$left$root" && root=$hash; fi
        fi
        rest=$((rest >> 1))
        level=$((level + 1))
    done
}

# Checks one signature of a checkpoint and sets $signed to the line that the note has for it.
dash=$(printf '\342\200\224')
check_signature() { # FOLDER KIND BASE TYPE
    signed=
    read_key "$record/keys/$3.$2" "$4" || return 1
    [ "$key_name" = "$origin" ] || { fail "$record/keys/$3.$2.vkey" "is the key of another log"; return 1; }
    [ -f "$1/$2.sig" ] || { fail "$1/$2.sig" "is missing"; return 1; }
    "check_$2" "$record/keys/$3.$2.pem" "$1/checkpoint.text" "$1/$2.sig"
    case $? in
    0) signatures=$((signatures + 1)) ;;
    2) cannot "$1/$2.sig" "$version cannot check Ed25519 here" ;;
    *) fail "$1/$2.sig" "does not sign this checkpoint.text" ;;
    esac
    read_hex "$1/$2.sig"
    encode "$key_id$hex"
    signed="$dash $origin $base64$newline"
}

# An entry's proof begins with the hash of the leaf beside it, so it shows which of two neighbors is not the signed one.
# The last leaf of an odd number has none beside it; it stands farther up in the proof of the first leaf on its left.
name_altered_entry() {
    index=0
    while [ "$index" -lt "$leaves" ]; do
        if [ $((index ^ 1)) -lt "$leaves" ]; then
            unlike_in_proof $((index ^ 1)) "$index" 0 && return 0
        elif [ "$index" -gt 0 ]; then
            level=0
            while [ $(((index >> level) & 1)) -eq 0 ]; do level=$((level + 1)); done
            unlike_in_proof $((((index >> level) ^ 1) << level)) "$index" $level && return 0
        fi
        index=$((index + 1))
    done
    return 1
}

# Is the leaf $2 another than the one that stands as hash number $3 in the proof of $1? Then it is named.
unlike_in_proof() { # PROVED LEAF NUMBER
    pad "$1"
    read_text "$record/proofs/$padded.tlog-proof" || return 1
    skipped=-2
    while [ "$skipped" -lt "$3" ]; do
        text=${text#*"$newline"}
        skipped=$((skipped + 1))
    done
    text=${text%%"$newline"*}
    eval "expected=\$b_0_$2"
    [ -n "$text" ] && [ "$text" != "$expected" ] || return 1
    pad "$2"
    fail "$record/entries/$padded.leaf" "is not the entry that stands in the signed log"
}

check_checkpoint() { # PADDED SIZE BASE KEYS
    folder=$record/checkpoints/$1
    if ! is_number "$2" || [ "$2" -lt 1 ] || [ "$2" -gt "$leaves" ]; then
        fail "$folder/checkpoint.note" "is of another size than the $leaves entries that are here"
        return 0
    fi
    read_text "$folder/checkpoint.note" || return 0
    note=$text
    read_text "$folder/checkpoint.text" || return 0
    said=$text
    root_of "$2"
    encode "$root"
    if [ "$said" != "$origin$newline$2$newline$base64$newline" ]; then
        name_altered_entry ||
            fail "$folder/checkpoint.text" "is not the size and root of the entries that are here"
        return 0
    fi
    check_signature "$folder" ed25519 "$3" 01 || return 0
    expected=$said$newline$signed
    if [ "$4" = both ]; then
        check_signature "$folder" p256 "$3" 02 || return 0
        expected=$expected$signed
    fi
    [ "$note" = "$expected" ] || fail "$folder/checkpoint.note" "is not its text with these signatures"
    hash=$($sums "$folder/checkpoint.note")
    eval "note_$1=\${hash%% *} said_$1=\$said whole_$1=\$note size_$1=\$2 cosigned_$1="
    checkpoints=$((checkpoints + 1))
    head=$1
    head_size=$2
}

# Sets $who to what the dossier says of who runs a witness or an authority, and counts the outsiders.
whose() { # WORD OF THE INDEX
    who=", run by whoever runs the log: no outsider"
    [ "$1" = same-operator ] || { who= && outsiders=$((outsiders + 1)); }
}

witness_line() { # PADDED NUMBER WITNESS TIME OPERATOR
    folder=$record/checkpoints/$1
    file=$folder/cosignature-$2
    eval "said=\${said_$1-}"
    [ -n "$said" ] || { fail "$file.sig" "belongs to no checkpoint that holds"; return 0; }
    case $3:$4 in *[!0-9]*:* | *:*[!0-9]* | :* | *: | *:????????????*) fail $record/index.txt "has a line that cannot be read"; return 0 ;; esac
    read_key "$record/keys/witness-$3" 04 || return 0
    read_text "$file.text" || return 0
    if [ "$text" != "cosignature/v1${newline}time $4$newline$said" ]; then
        fail "$file.text" "is not the statement of this checkpoint and time"
        return 0
    fi
    [ -f "$file.sig" ] || { fail "$file.sig" "is missing"; return 0; }
    check_ed25519 "$record/keys/witness-$3.pem" "$file.text" "$file.sig"
    case $? in
    0) cosignatures=$((cosignatures + 1)) ;;
    2) cannot "$file.sig" "$version cannot check Ed25519 here" ;;
    *) fail "$file.sig" "is not this witness's signature of $file.text" ;;
    esac
    read_hex "$file.sig"
    encode "$key_id$(printf '%016x' "$4")$hex"
    eval "cosigned_$1=\"\$cosigned_$1\$dash \$key_name \$base64\$newline\""
    eval "size=\$size_$1"
    show "$vkey"
    whose "$5"
    printf '   %s at %s (seconds since 1970), over %s entries%s\n' "$shown" "$4" "$size" "$who"
}

# Sets $epoch to the seconds since 1970 of the time in a token, as openssl prints it: Nov 22 00:11:22 2026 GMT.
months='Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec '
gen_time() { # TOKEN
    epoch=
    printed=$(openssl ts -reply -in "$1" -text 2>/dev/null)
    case $printed in *"Time stamp: "*) ;; *) return 1 ;; esac
    printed=${printed#*"Time stamp: "}
    printed=${printed%%"$newline"*}
    set -- $printed
    [ $# -eq 5 ] && [ "$5" = GMT ] || return 1
    before_month=${months%%"$1 "*}
    month=$((${#before_month} / 4 + 1))
    day=${2#0}
    clock=${3%%.*}
    hour=${clock%%:*}
    minute=${clock#*:}
    second=${minute#*:}
    minute=${minute%%:*}
    case $day$hour$minute$second$4 in *[!0-9]*) return 1 ;; esac
    # Days since 1970: the year begins in March, so that a leap day is its last.
    year=$(($4 - (month < 3)))
    days=$(((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1))
    days=$((year * 365 + year / 4 - year / 100 + year / 400 + days - 719468))
    epoch=$((((days * 24 + ${hour#0}) * 60 + ${minute#0}) * 60 + ${second#0}))
}

check_token() { # PADDED NUMBER OVER AUTHORITY TIME OPERATOR
    file=$record/checkpoints/$1/token-$2.tsr
    case $2:$4:$5 in *[!0-9:]* | :* | *::* | *:) fail $record/index.txt "has a line that cannot be read"; return 0 ;; esac
    roots=$record/authorities/$4.pem
    for needed in "$file" "$roots"; do
        [ -f "$needed" ] || { fail "$needed" "is missing"; return 0; }
    done
    if [ "$3" = note ]; then
        eval "digest=\${note_$1-}"
    else
        case $3 in '' | *[!0-9]*) fail $record/index.txt "has a line that cannot be read"; return 0 ;; esac
        # RFC 4998, section 5.2: the renewal covers the earlier token itself, without the reply around it.
        hash=$(openssl ts -reply -in "$record/checkpoints/$1/token-$3.tsr" -token_out 2>/dev/null | $quick)
        digest=${hash%% *}
        eval "earlier=\${time_$1_$3-} earlier_roots=\${roots_$1_$3-} earlier_digest=\${digest_$1_$3-}"
        # A renewal vouches for a token that was still good when the renewal was made.
        if [ -z "$earlier" ] || [ "$earlier" -gt "$5" ]; then
            fail "$file" "renews a token that is not older"
            return 0
        fi
        stamped "$record/checkpoints/$1/token-$3.tsr" "$earlier_digest" "$earlier_roots" "$5" || return 0
    fi
    if ! gen_time "$file"; then
        cannot "$file" "this openssl prints no time of it"
        return 0
    fi
    [ "$epoch" = "$5" ] || { fail "$file" "is of another time than the index says"; return 0; }
    stamped "$file" "$digest" "$roots" "$5" || return 0
    eval "time_$1_$2=\$5 roots_$1_$2=\$roots digest_$1_$2=\$digest"
    tokens=$((tokens + 1))
    whose "$6"
    printf '   %s  %s%s\n' "$printed" "$file" "$who"
}

stamped() { # TOKEN DIGEST ROOTS TIME
    openssl ts -verify -digest "$2" -in "$1" -CAfile "$3" -untrusted "$3" -attime "$4" >/dev/null 2>&1 && return 0
    if [ $knows_attime = yes ]; then
        fail "$1" "is no time-stamp of this checkpoint by the authority in $3"
    else
        cannot "$1" "$version cannot check time-stamps at their own time"
    fi
    return 1
}

show_authority() { # FILE
    certificate=
    while IFS= read -r line || [ -n "$line" ]; do
        certificate="$certificate$line$newline"
        case $line in
        -----END*)
            printf '%s' "$certificate" | openssl x509 -noout -subject -fingerprint -sha256 2>/dev/null |
                while IFS= read -r line; do show "$line"; printf '   %s\n' "$shown"; done
            certificate=
            ;;
        esac
    done <"$1"
}

# The index lists what follows. Each step goes through it once. Its words become parts of names of variables, so words
# with anything but letters, digits and hyphens are refused after the line was taken apart and before any is used.
each_line() { # WORD FUNCTION
    while IFS= read -r line || [ -n "$line" ]; do
        set -- "$1" "$2" $line
        [ "$1" = "${3-}" ] || continue
        case ${4-}${5-}${6-}${7-}${8-}${9-} in
        *[!A-Za-z0-9-]*) fail $record/index.txt "has a line that cannot be read" ;;
        *) "$2" "${4-}" "${5-}" "${6-}" "${7-}" "${8-}" "${9-}" ;;
        esac
    done <$record/index.txt
}

checkpoints=0
signatures=0
head=
head_size=0
each_line checkpoint check_checkpoint
if [ "$head_size" -ne "$leaves" ]; then
    fail $record/index.txt "names no checkpoint over all $leaves entries"
fi
show "${origin-}"
printf '   %s\n' "Log   $shown" "Size  $head_size entries" "Root  $root" \
    "$checkpoints checkpoints hold, with $signatures signatures of the log's keys"
stop_if_bad

eval "note=\$whole_$head"
index=0
while [ "$index" -lt "$leaves" ]; do
    pad "$index"
    expected="c2sp.org/tlog-proof@v1${newline}index $index$newline"
    level=0
    place=$index
    while [ "$level" -lt "$top" ]; do
        eval "hash=\${b_${level}_$((place ^ 1))-} count=\$count_$level"
        [ $((place ^ 1)) -ge "$count" ] || expected="$expected$hash$newline"
        place=$((place >> 1))
        level=$((level + 1))
    done
    read_text "$record/proofs/$padded.tlog-proof" || break
    if [ "$text" != "$expected$newline$note" ]; then
        fail "$record/proofs/$padded.tlog-proof" "is not the inclusion proof of this entry under the newest checkpoint"
    fi
    index=$((index + 1))
done
printf '   %s inclusion proofs hold\n' "$index"

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "6. Witnesses co-signed: compare their keys with what you know of them, and ask who runs each"

cosignatures=0
outsiders=0
each_line cosignature witness_line
for file in $listed; do
    case $file in
    $record/checkpoints/*/cosigned.note)
        folder=${file%/*}
        eval "expected=\"\${whole_${folder##*/}-}\${cosigned_${folder##*/}-}\""
        read_text "$file"
        [ "$text" = "$expected" ] || fail "$file" "is not checkpoint.note with the co-signatures"
        ;;
    esac
done
[ "$cosignatures" -gt 0 ] || printf '%s\n' "   None is enclosed."

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "7. Time-stamping authorities vouch for the time (RFC 3161): compare the fingerprints, and ask who runs each"

tokens=0
each_line token check_token
set +f
for file in $record/authorities/*.pem; do
    [ ! -f "$file" ] || show_authority "$file"
done
set -f
[ "$tokens" -gt 0 ] || printf '%s\n' "   None holds, or none is enclosed."
[ "$outsiders" -gt 0 ] || printf '%s\n' "   No outsider has seen this ledger yet: only whoever runs it vouches for its times."

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "This shows that the record is unchanged since it was signed. It does not show that what it says is true."
stop_if_bad
if [ "$unchecked" -gt 0 ]; then
    printf 'COULD NOT: %s (checks not made: %s; all others hold)\n' "$first_unchecked" "$unchecked"
    exit 2
fi
printf 'OK: %s entries, %s files, %s checkpoints, %s co-signatures, %s time-stamps: everything holds.\n' \
    "$leaves" "$checked" "$checkpoints" "$cosignatures" "$tokens"
