#!/bin/sh
# Checks this dossier with four programs alone: sh, openssl (3 or later), sha256sum and xxd.
# It reads the folder it stands in, writes nothing, and needs no network. VERIFY.md explains each step and gives
# the command to do it by hand. Exit code: 0 everything holds, 1 something does not, 2 it could not be checked.
#
# A script cannot vouch for itself: compare its SHA-256 (sha256sum verify.sh) with the one you were given elsewhere.

LC_ALL=C
export LC_ALL
unset IFS
set -f
newline='
'
bad=0
first=

fail() { # FILE REASON
    printf '   BAD  %s: %s\n' "$1" "$2"
    bad=$((bad + 1))
    [ -n "$first" ] || first="$1: $2"
}

could_not() { # WHAT REASON
    printf 'FAILED: %s: %s\n' "$1" "$2"
    exit 2
}

# Sets $hex to the bytes of the base64 text $1, or to nothing and returns 1 if it is not base64 in its canonical form.
alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
decode_base64() {
    hex=
    rest=$1
    groups=
    bits=0
    count=0
    case $rest in '' | *[!A-Za-z0-9+/=]* | *=[!=]* | *===*) return 1 ;; esac
    [ $((${#rest} % 4)) -eq 0 ] || return 1
    while [ -n "$rest" ]; do
        tail=${rest#?}
        char=${rest%"$tail"}
        rest=$tail
        [ "$char" != = ] || break
        before=${alphabet%%"$char"*}
        bits=$((bits * 64 + ${#before}))
        count=$((count + 1))
        if [ "$count" -eq 4 ]; then
            groups="$groups $bits"
            bits=0
            count=0
        fi
    done
    # Two characters before the padding hold one byte, three hold two; the bits left over are zero.
    case $count:$((bits % 16)):$((bits % 4)) in
    0:*) last= ;;
    2:0:*) last=$(printf '%02x' $((bits / 16))) ;;
    3:*:0) last=$(printf '%04x' $((bits / 4))) ;;
    *) return 1 ;;
    esac
    [ -z "$groups" ] || hex=$(printf '%06x' $groups)
    hex=$hex$last
}

# Sets $hash to SHA-256(0x01 || left || right), RFC 6962 section 2.1. What was computed once is remembered.
hash_children() { # LEFT RIGHT, both 64 hexadecimal digits
    eval "hash=\${node_$1$2-}"
    [ -z "$hash" ] || return 0
    hash=$(printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum)
    hash=${hash%% *}
    eval "node_$1$2=\$hash"
}

# Sets $hex to the bytes of one hash line of a proof. $2 and $3 say where in the tree it stands; the same text at the
# same place is not decoded twice.
decode_hash() { # TEXT LEVEL INDEX
    eval "known=\${text_$2_$3-}"
    if [ "$known" = "$1" ]; then
        eval "hex=\$hash_$2_$3"
        return 0
    fi
    decode_base64 "$1" || return 1
    [ ${#hex} -eq 64 ] || return 1
    eval "text_$2_$3=\$1 hash_$2_$3=\$hex"
}

# ------------------------------------------------------------------------------------------------------------------

case $0 in
*/*) cd "${0%/*}" || could_not "${0%/*}" "cannot be entered" ;;
esac
for file in MANIFEST.sha256 MANIFEST.sha256.sig keys/log.pub.pem keys/log.vkey checkpoint.note checkpoint.text \
    checkpoint.sig not-enclosed.txt; do
    [ -f "$file" ] || fail "$file" "is missing"
done
version=$(openssl version 2>/dev/null)
case $version in
"OpenSSL "[3-9].* | "OpenSSL "[1-9][0-9].*) ;;
*) could_not openssl "version 3 or later is needed, found: ${version:-none}" ;;
esac
[ "$(printf '616263' | xxd -r -p 2>/dev/null)" = abc ] || could_not xxd "does not work here"
hash=$(printf abc | sha256sum 2>/dev/null)
case $hash in
ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad*) ;;
*) could_not sha256sum "does not work here" ;;
esac
if [ "$bad" -gt 0 ]; then
    printf 'FAILED: %s\n' "$first"
    exit 1
fi

printf '%s\n' "Compare these with what you were given apart from this folder:"
for file in MANIFEST.sha256 verify.sh; do
    hash=$(sha256sum "$file")
    printf '   SHA-256 of %s  %s\n' "$file" "${hash%% *}"
done

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "1. The manifest is signed by the log's key"

# A verifier key reads <name>+<key ID>+<base64 of 0x01 and the public key>; the ID is a digest of the rest.
IFS= read -r vkey <keys/log.vkey
key_name=${vkey%%+*}
after_name=${vkey#*+}
key_id=${after_name%%+*}
decode_base64 "${after_name#*+}"
key=$hex
hash=$({
    printf '%s\n' "$key_name" | xxd -p
    printf '%s' "$key"
} | xxd -r -p | sha256sum)
key_good=yes
case $key_id:$hash:$key in
????????:"$key_id"*:01*) ;;
*) key_good=no ;;
esac
if [ $key_good = no ] || [ ${#key} -ne 66 ]; then
    fail keys/log.vkey "is no Ed25519 verifier key, or its key ID is not that of its name and key"
fi
printf '   Key  %s\n' "$vkey"

# SubjectPublicKeyInfo of Ed25519 (RFC 8410): 12 fixed bytes, then the 32 bytes of the key.
der=$(openssl pkey -pubin -in keys/log.pub.pem -outform DER 2>/dev/null | xxd -p -c 64)
if [ $key_good = yes ] && [ "$der" != "302a300506032b6570032100${key#01}" ]; then
    fail keys/log.pub.pem "is not the key in keys/log.vkey"
    key_good=no
fi
manifest_signed=no
if openssl pkeyutl -verify -rawin -pubin -inkey keys/log.pub.pem -in MANIFEST.sha256 \
    -sigfile MANIFEST.sha256.sig >/dev/null 2>&1; then
    manifest_signed=yes
    printf '%s\n' "   The signature verifies."
fi

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "2. Every file has the SHA-256 that the manifest lists, and there is no other file"

bad_before=$bad
listed='|'
manifest=$newline
lines=0
headers=0
while IFS= read -r line || [ -n "$line" ]; do
    lines=$((lines + 1))
    digest=${line%%  *}
    file=${line#*  }
    case $digest in *[!0-9a-f]*) digest= ;; esac
    case $file in '' | /* | *..* | *[!A-Za-z0-9._/-]*) digest= ;; esac
    if [ ${#digest} -ne 64 ] || [ "$line" != "$digest  $file" ]; then
        fail MANIFEST.sha256 "line $lines is not '<SHA-256>  <file>'"
        continue
    fi
    [ -f "$file" ] || fail "$file" "is missing"
    case $file in entries/*.header.json) headers=$((headers + 1)) ;; esac
    listed="$listed$file|"
    manifest="$manifest$line$newline"
done <MANIFEST.sha256
checked=0
IFS=$newline
for line in $(sha256sum -c MANIFEST.sha256 2>/dev/null); do
    case $line in
    *': OK') checked=$((checked + 1)) ;;
    *': FAILED')
        [ ! -f "${line%: FAILED}" ] || fail "${line%: FAILED}" "is not the file that was listed: its SHA-256 differs"
        ;;
    esac
done
unset IFS
if [ "$checked" -ne "$lines" ] && [ "$bad" -eq "$bad_before" ]; then
    fail MANIFEST.sha256 "$checked of its $lines lines could be checked"
fi
look_for_unlisted() { # DIRECTORY, empty or ending in a slash
    set +f
    for file in "$1"* "$1".[!.]* "$1"..?*; do
        if [ -L "$file" ]; then
            fail "$file" "is a link, not a file"
        elif [ -d "$file" ]; then
            look_for_unlisted "$file/"
        elif [ -e "$file" ]; then
            case $file in
            MANIFEST.sha256 | MANIFEST.sha256.sig) continue ;;
            *[!A-Za-z0-9._/-]*) fail "$file" "is not listed in the manifest"; continue ;;
            esac
            case $listed in *"|$file|"*) ;; *) fail "$file" "is not listed in the manifest" ;; esac
        fi
    done
    set -f
}
look_for_unlisted ''
# An unsigned manifest: if all files agree with it, its signature was changed (or both were made anew without the
# key); if they do not, the manifest itself is the likeliest to have been changed.
if [ $manifest_signed = no ] && [ $key_good = yes ]; then
    if [ "$bad" -eq "$bad_before" ]; then
        fail MANIFEST.sha256.sig "does not sign this MANIFEST.sha256: one of the two was changed"
    else
        fail MANIFEST.sha256 "is not what the log's key signed"
        first="MANIFEST.sha256: is not what the log's key signed"
    fi
fi
printf '   %s of %s files agree.\n' "$checked" "$lines"

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "3. The log's key signed the checkpoint"

# A signed note: text, blank line, then lines of an em dash, the key's name, and base64 of key ID and signature.
dash=$(printf '\342\200\224')
note=
text=
origin=
size=
root=
note_signature=
part=text
lines=0
while IFS= read -r line || [ -n "$line" ]; do
    note="$note$line$newline"
    lines=$((lines + 1))
    if [ -z "$line" ]; then
        part=signatures
    elif [ $part = text ]; then
        text="$text$line$newline"
        case $lines in 1) origin=$line ;; 2) size=$line ;; 3) root=$line ;; esac
    else
        case $line in
        "$dash $key_name "*)
            decode_base64 "${line#"$dash $key_name "}"
            case $hex in "$key_id"*) note_signature=${hex#"$key_id"} ;; esac
            ;;
        esac
    fi
done <checkpoint.note
decode_base64 "$root"
root=$hex
case $size in '' | *[!0-9]* | 0?* | ???????????????*) size=none ;; esac
if [ "$size" = none ] || [ ${#root} -ne 64 ] || [ "$origin" != "$key_name" ]; then
    fail checkpoint.note "is no checkpoint of the log that keys/log.vkey names"
    size=0
fi
hash=$(printf '%s' "$text" | sha256sum)
of_file=$(sha256sum checkpoint.text)
[ "${hash%% *}" = "${of_file%% *}" ] || fail checkpoint.text "is not the text of checkpoint.note"
if [ -z "$note_signature" ] || [ "$note_signature" != "$(xxd -p -c 64 checkpoint.sig)" ]; then
    fail checkpoint.sig "is not the signature of this key in checkpoint.note"
fi
if openssl pkeyutl -verify -rawin -pubin -inkey keys/log.pub.pem -in checkpoint.text -sigfile checkpoint.sig \
    >/dev/null 2>&1; then
    printf '   %s\n' "The signature verifies." "Log   $origin" "Size  $size entries" "Root  $root"
else
    fail checkpoint.note "is not signed by the log's key"
fi

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "4. Each body is the one that its entry commits to: SHA-256(salt || body)"
printf '%s\n' "5. Each entry stands in the log at its place: inclusion proof of RFC 9162, section 2.1.3.2"
printf '%s\n' "6. Each evidence file that an enclosed body names is in this folder, or listed in not-enclosed.txt"

not_enclosed=$newline
while IFS= read -r line || [ -n "$line" ]; do
    not_enclosed="$not_enclosed$line$newline"
done <not-enclosed.txt

check_evidence() { # BODY MEMBER ENTRY
    rest=$1
    while :; do
        case $rest in *"\"$2\":\""*) ;; *) return 0 ;; esac
        rest=${rest#*"\"$2\":\""}
        digest=${rest%%\"*}
        case $manifest$not_enclosed in
        *"$newline$digest  evidence/$digest-"* | *"$newline$digest  not enclosed: "*) evidence=$((evidence + 1)) ;;
        *) fail "entries/$3.body.json" "names evidence $digest, which is not here" ;;
        esac
    done
}

check_body() { # ENTRY HEADER
    if [ ! -f "entries/$1.body.json" ] && [ ! -f "entries/$1.salt" ]; then
        withheld=$((withheld + 1))
        return 0
    fi
    for file in "entries/$1.body.json" "entries/$1.salt"; do
        [ -f "$file" ] || { fail "$file" "is missing: a body and its salt come together"; return 0; }
    done
    salt=
    IFS= read -r salt <"entries/$1.salt"
    case $salt in *[!0-9a-f]*) salt= ;; esac
    [ ${#salt} -eq 64 ] || fail "entries/$1.salt" "is not 32 bytes in hexadecimal"
    hash=$({
        printf '%s\n' "$salt"
        xxd -p "entries/$1.body.json"
    } | xxd -r -p | sha256sum)
    commitment=${2#*'"bodySha256":"'}
    if [ "${hash%% *}" != "${commitment%%\"*}" ]; then
        fail "entries/$1.body.json" "body and salt are not what the entry commits to"
    fi
    bodies=$((bodies + 1))
    case $2 in
    *'"kind":"evidence.recorded"'*) member=sha256 ;;
    *'"kind":"program.adopted"'*) member=documentSha256 ;;
    *) return 0 ;;
    esac
    body=
    IFS= read -r body <"entries/$1.body.json"
    check_evidence "$body" $member "$1"
}

check_inclusion() { # ENTRY INDEX
    hash=$({
        printf '00\n'
        xxd -p "entries/$1.header.json"
    } | xxd -r -p | sha256sum)
    # (1) The index is below the size: the loop below sees to it.
    # (2) fn and sn are the place of the leaf and of the last leaf, level by level. (3) r is the leaf's hash.
    fn=$2
    sn=$((size - 1))
    r=${hash%% *}
    level=0
    place=first
    proof_note=
    while IFS= read -r line || [ -n "$line" ]; do
        case $place in
        first)
            [ "$line" = c2sp.org/tlog-proof@v1 ] || { fail "proofs/$1.tlog-proof" "is no tlog-proof"; return 0; }
            place=index
            ;;
        index)
            [ "$line" = "index $2" ] || { fail "proofs/$1.tlog-proof" "is the proof of another entry"; return 0; }
            place=hashes
            ;;
        note) proof_note="$proof_note$line$newline" ;;
        hashes)
            if [ -z "$line" ]; then
                place=note
                continue
            fi
            # (4a) The path is already at the root: the proof is too long.
            [ "$sn" -ne 0 ] || { fail "proofs/$1.tlog-proof" "has too many hashes"; return 0; }
            decode_hash "$line" $level $((fn ^ 1)) || { fail "proofs/$1.tlog-proof" "has a line that is no hash"; return 0; }
            # (4b) A right child, or the last node of its level: the sibling is on the left.
            if [ $((fn & 1)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
                hash_children "$hex" "$r"
                while [ "$fn" -ne 0 ] && [ $((fn & 1)) -eq 0 ]; do
                    fn=$((fn >> 1))
                    sn=$((sn >> 1))
                    level=$((level + 1))
                done
            else
                hash_children "$r" "$hex"
            fi
            r=$hash
            # (4c) One level up.
            fn=$((fn >> 1))
            sn=$((sn >> 1))
            level=$((level + 1))
            ;;
        esac
    done <"proofs/$1.tlog-proof"
    # (5) The path is used up exactly at the root, and the root is the signed one.
    [ "$proof_note" = "$note" ] || fail "proofs/$1.tlog-proof" "holds another checkpoint than checkpoint.note"
    if [ "$sn" -ne 0 ]; then
        fail "proofs/$1.tlog-proof" "has too few hashes"
    elif [ "$r" != "$root" ]; then
        fail "entries/$1.header.json" "is not in the log at place $2: its proof leads to another root"
    fi
}

index=0
bodies=0
withheld=0
evidence=0
while [ "$index" -lt "$size" ]; do
    entry=$index
    while [ ${#entry} -lt 6 ]; do entry=0$entry; done
    if [ ! -f "entries/$entry.header.json" ]; then
        fail "entries/$entry.header.json" "is missing: the checkpoint has $size entries"
        break
    elif [ ! -f "proofs/$entry.tlog-proof" ]; then
        fail "proofs/$entry.tlog-proof" "is missing"
    else
        header=
        IFS= read -r header <"entries/$entry.header.json"
        case $header in
        *"\"index\":$index,"*) ;;
        *) fail "entries/$entry.header.json" "is the header of another entry" ;;
        esac
        check_body "$entry" "$header"
        check_inclusion "$entry" "$index"
    fi
    index=$((index + 1))
done
[ "$headers" -le "$size" ] || fail checkpoint.note "has $size entries, this folder has $headers"
printf '   %s\n' "$bodies bodies checked, $withheld withheld (their digests are in the log)" \
    "$index of $size entries looked for at their places" "evidence named $evidence times and accounted for"

# ------------------------------------------------------------------------------------------------------------------
printf '%s\n' "This shows that the record is unchanged since it was signed. It does not show that what it says is true."
if [ "$bad" -gt 0 ]; then
    printf 'FAILED: %s\n' "$first"
    exit 1
fi
printf 'OK: %s entries, %s files: everything holds.\n' "$size" "$checked"
