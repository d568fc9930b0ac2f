#!/bin/sh
# Checks the custody of one incident with public programs alone: sh, sha256sum (or shasum), openssl and xxd.
# It reads the folder it stands in, writes nothing, and needs no network. 00-READ-ME-FIRST.txt explains each step.
# Exit code: 0 everything holds, 1 something does not, 2 it could not (all) be checked.
#
# A script cannot vouch for itself: compare its SHA-256 (sha256sum verify.sh) with the one you were given elsewhere.
#: note These lines are filled from verify.sh of the dossier when this file is handed out: its sections by number,
#: note its functions by name. What both do alike is written once.

#: section 0
#: section 1
# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "1. Every file has the SHA-256 that the manifest lists, and there is no other file"

#: functions read_manifest list_files name_unlisted compare_files
read_manifest
compare_files
indexes=
for file in $listed; do
    case $file in
    $record/entries/*.leaf)
        padded=${file##*/}
        padded=${padded%.leaf}
        index=$padded
        while :; do case $index in 0?*) index=${index#0} ;; *) break ;; esac; done
        pad "$index"
        if is_number "$index" && [ "$file" = "$record/entries/$padded.leaf" ]; then
            indexes="$indexes $index"
        else
            fail "$file" "is no file of an entry"
        fi
        ;;
    esac
done
for file in $listed; do
    case $file in
    $record/entries/* | $record/proofs/*)
        padded=${file##*/}
        padded=${padded%%.*}
        case $padded in *[!0-9]* | '') own= ;; *) eval "own=\${leaf_$padded-}" ;; esac
        [ -n "$own" ] || fail "$file" "belongs to none of the $leaves entries"
        ;;
    esac
done
for file in 00-READ-ME-FIRST.txt custody.json custody.txt 12-not-enclosed.txt verify.sh $record/index.txt; do
    case "$listed " in *" $file "*) ;; *) fail MANIFEST.sha256 "does not list $file" ;; esac
done
printf '   %s of %s files agree.\n' "$checked" "$lines"

#: section 3
# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "3. Each body and each private part is what its entry commits to: SHA-256(salt || bytes)"
printf '%s\n' "4. Each file that a body names is here, or listed in 12-not-enclosed.txt; each answer has its offer"

#: functions check_evidence check_body check_parts
read_text 12-not-enclosed.txt
IFS=$newline
for line in $text; do
    digest=${line%%  *}
    if is_hash "$digest"; then eval "evidence_$digest=withheld"; fi
done
unset IFS

# An answer to an offer names the entry of the offer: a row that was taken out is missed by the next.
check_step() { # ENTRY BODY
    check_evidence "$2" sha256 "$1"
    case $2 in *'"offer":'[0-9]*) ;; *) return 0 ;; esac
    offer=${2#*'"offer":'}
    offer=${offer%%[!0-9]*}
    is_number "$offer" || { fail "$record/entries/$1.body" "answers an offer that cannot be read"; return 0; }
    pad "$offer"
    eval "known=\${leaf_$padded-}"
    [ -n "$known" ] || fail "$record/entries/$1.body" "answers the offer of entry $offer, which is not here"
}

bodies=0
withheld=0
parts=0
withheld_parts=0
enclosed=0
absent=0
for index in $indexes; do
    pad "$index"
    entry=$padded
    eval "body_hash=\${body_$entry-} own=\${parts_$entry-}"
    header=
    IFS= read -r header <"$record/entries/$entry.leaf"
    case $header in
    *"\"index\":$index,"*) ;;
    *) fail "$record/entries/$entry.leaf" "is the header of another entry" ;;
    esac
    if [ -n "$body_hash" ]; then
        check_body "$entry" "$header" "$body_hash"
        case $header in
        *'"kind":"custody.passed"'*)
            body=
            while IFS= read -r line || [ -n "$line" ]; do body=$line; done <"$record/entries/$entry.body"
            check_step "$entry" "$body"
            ;;
        esac
    else
        withheld=$((withheld + 1))
    fi
    check_parts "$entry" "$header" "$own"
done
printf '   %s\n' "$bodies bodies checked, $withheld withheld or erased (their digests are in the entries)" \
    "$parts private parts checked, $withheld_parts withheld or erased" \
    "files named $((enclosed + absent)) times: $enclosed enclosed, $absent accounted for"
stop_if_bad

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "5. Each entry stands in the log: its proof (RFC 9162, section 2.1.3.2) leads to the checkpoint's root"

dash=$(printf '\342\200\224')
#: functions check_signature each_line

# Sets $decoded to the bytes of $1, in hexadecimal.
decode() { # BASE64
    decoded=
    for line in $(printf '%s\n' "$1" | openssl base64 -d 2>/dev/null | xxd -p); do decoded=$decoded$line; done
}

check_checkpoint() { # PADDED SIZE BASE KEYS
    folder=$record/checkpoints/$1
    is_number "$2" && [ "$2" -ge 1 ] || { fail $record/index.txt "has a line that cannot be read"; return 0; }
    read_text "$folder/checkpoint.note" || return 0
    note=$text
    read_text "$folder/checkpoint.text" || return 0
    said=$text
    root=${said#"$origin$newline$2$newline"}
    root=${root%"$newline"}
    decode "$root"
    encode "$decoded"
    if [ "$said" != "$origin$newline$2$newline$base64$newline" ] || ! is_hash "$decoded"; then
        fail "$folder/checkpoint.text" "is no checkpoint of this log and size"
        return 0
    fi
    root=$decoded
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

# Walks from a leaf to the root along its proof.
check_proof() { # INDEX PADDED LEAF HASH
    file=$record/proofs/$2.tlog-proof
    read_text "$file" || return 0
    path=${text#"c2sp.org/tlog-proof@v1${newline}index $1$newline"}
    if [ "$path" = "$text" ]; then
        fail "$file" "is not the proof of this entry"
        return 0
    fi
    if [ "$1" -ge "$head_size" ]; then
        fail "$record/entries/$2.leaf" "stands behind the end of the log"
        return 0
    fi
    at=$1
    end=$((head_size - 1))
    walked=$3
    while :; do
        step=${path%%"$newline"*}
        path=${path#*"$newline"}
        [ -n "$step" ] || break
        decode "$step"
        is_hash "$decoded" && [ "$end" -gt 0 ] || { fail "$file" "is not the proof of this entry"; return 0; }
        if [ $((at & 1)) -eq 1 ] || [ "$at" -eq "$end" ]; then
            hash_hex "01$decoded$walked"
            while [ $((at & 1)) -eq 0 ] && [ "$at" -ne 0 ]; do
                at=$((at >> 1))
                end=$((end >> 1))
            done
        else
            hash_hex "01$walked$decoded"
        fi
        walked=$hash
        at=$((at >> 1))
        end=$((end >> 1))
    done
    if [ "$end" -ne 0 ] || [ "$walked" != "$root" ]; then
        fail "$record/entries/$2.leaf" "does not stand in the signed log at this place, or its proof was changed"
    fi
    [ "$path" = "$note" ] || fail "$file" "is not a proof under the checkpoint that is here"
}

checkpoints=0
signatures=0
head=
head_size=0
root=
each_line checkpoint check_checkpoint
[ "$checkpoints" -eq 1 ] || fail $record/index.txt "names $checkpoints checkpoints that hold; one is needed"
stop_if_bad
show "${origin-}"
printf '   %s\n' "Log   $shown" "Size  $head_size entries, of which $leaves are here" "Root  $root"
eval "note=\$whole_$head"
proofs=0
for index in $indexes; do
    pad "$index"
    eval "leaf=\$leaf_$padded"
    check_proof "$index" "$padded" "$leaf"
    proofs=$((proofs + 1))
done
printf '   %s inclusion proofs walked\n' "$proofs"
stop_if_bad

#: functions witness_line whose
months='Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec '
#: functions gen_time check_token stamped show_authority
#: section 6
#: section 7
# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "This shows that the record is unchanged since it was signed. It does not show that what it says is true."
stop_if_bad
if [ "$unchecked" -gt 0 ]; then
    printf 'COULD NOT: %s (checks not made: %s; all others hold)\n' "$first_unchecked" "$unchecked"
    exit 2
fi
printf 'OK: %s entries, %s files, %s co-signatures, %s time-stamps: everything holds.\n' \
    "$leaves" "$checked" "$cosignatures" "$tokens"
